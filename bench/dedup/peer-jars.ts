// What the peers in tests/bench need: their jars, which Maven copies once into the cache, and their classes, compiled
// each time. Without them dedup is measured alone.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findInstallation } from '@podpipe/runtime/broker/installation.ts'
import { cacheRoot, lastWords } from '@podpipe/runtime/broker/jars.ts'
import type { Log } from '@podpipe/runtime/log.ts'

const run = promisify(execFile)

export interface Peers {
  readonly java: string
  /** Where the classes and their jars are, as Java takes it. */
  readonly classPath: string
}

const sources = resolve(import.meta.dirname, '../../tests/bench')
const pom = join(sources, 'pom.xml')
const needed = [/^kafka-streams-[\d.]+\.jar$/, /^rocksdbjni-[\d.]+\.jar$/]

/** Fetches and compiles what is missing; undefined when that cannot be, which is told with the reason. */
export async function preparePeers({
  log,
  say,
  signal,
}: {
  log: Log
  say: (text: string) => void
  signal: AbortSignal
}): Promise<Peers | undefined> {
  const { java } = await findInstallation(process.env, log, signal)
  const folder = join(cacheRoot(process.env), `bench-peers-${keyOf(readFileSync(pom))}`)
  try {
    if (!isComplete(folder)) {
      say('Fetching the jars of Kafka Streams with Maven (92 MB, once) ...')
      await fetchJars(folder, signal)
    }
    return { java, classPath: await compile(java, folder, signal) }
  } catch (error) {
    signal.throwIfAborted()
    say(
      `Dedup is measured without its peers, Kafka Streams and a copier: ${lastWords(error).trim()}\n` +
        'They need Maven for their jars and a JDK, not only a JRE: apt-get install openjdk-17-jdk-headless maven',
    )
    return undefined
  }
}

/** Each starter fills a folder of its own; the first rename wins. */
async function fetchJars(folder: string, signal: AbortSignal): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`]
    await run('mvn', ['-q', '-B', '-f', pom, ...goal], { signal })
    const lacking = needed.filter(
      jar => !existsSync(partial) || !readdirSync(partial).some(name => jar.test(name)),
    )
    if (lacking.length > 0)
      throw new Error(`Maven brought no ${lacking.map(({ source }) => source).join(' and no ')}.`)
    if (!isComplete(folder)) renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/** Compiled beforehand, so that no compiler is in the memory of what is measured. */
async function compile(java: string, folder: string, signal: AbortSignal): Promise<string> {
  const jars = readdirSync(folder).map(name => join(folder, name))
  const files = readdirSync(sources)
    .filter(name => name.endsWith('.java'))
    .map(name => join(sources, name))
  const classes = join(`${folder}-classes-${keyOf(...files.map(file => readFileSync(file)))}`)
  const classPath = [classes, ...jars].join(':')
  if (existsSync(classes)) return classPath
  const partial = `${classes}.partial-${process.pid}`
  mkdirSync(partial, { recursive: true })
  try {
    const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '-cp', jars.join(':'), '-d', partial]
    await run(java, [...compiler, ...files], { signal })
    if (!existsSync(classes)) renameSync(partial, classes)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return classPath
}

function isComplete(folder: string): boolean {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return needed.every(jar => names.some(name => jar.test(name)))
}

function keyOf(...texts: readonly Buffer[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('hex').slice(0, 8)
}
