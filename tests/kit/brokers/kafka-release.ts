// Another release of Apache Kafka than podpipe's own: its jars come by Maven, once, as those of the embedded broker do.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheRoot } from '@podpipe/runtime/broker/jars.ts'

const pom = readFileSync(new URL('../../../deploy/kafka/pom.xml', import.meta.url), 'utf8')
const broker = /(<artifactId>kafka_2\.13<\/artifactId>\s*<version>)[^<]+/

/** @returns a folder to be KAFKA_HOME */
export function kafkaRelease(version: string): string {
  const home = join(cacheRoot(process.env), 'releases', version)
  const [libs, partial] = [join(home, 'libs'), join(home, `partial-${process.pid}`)]
  if (existsSync(libs)) return home
  mkdirSync(home, { recursive: true })
  const file = join(home, 'pom.xml')
  writeFileSync(file, pom.replace(broker, `$1${version}`))
  execFileSync(
    'mvn',
    ['-q', '-B', '-f', file, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`],
    {
      timeout: 300_000,
    },
  )
  renameSync(partial, libs)
  return home
}
