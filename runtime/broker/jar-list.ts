// Which jars make up the embedded broker, byte for byte: deploy/kafka/jars.json.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Jar {
  readonly group: string
  readonly name: string
  readonly version: string
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string
  /** As SPDX names them; where there are several, the user may choose. */
  readonly licences: readonly string[]
}

export const readJars = (): Jar[] =>
  JSON.parse(readFileSync(new URL('../../deploy/kafka/jars.json', import.meta.url), 'utf8'))

/** The name of its file, as Maven gives it. */
export const fileOf = ({ name, version }: Jar): string => `${name}-${version}.jar`

/** In what a folder of jars differs from the list: files that are missing, others, and wrong bytes. */
export function differences(folder: string, jars: readonly Jar[]): string[] {
  const wanted = new Map(jars.map(jar => [fileOf(jar), jar.sha256]))
  const present = readdirSync(folder).filter(name => name.endsWith('.jar'))
  return [
    ...[...wanted.keys()].filter(name => !present.includes(name)).map(name => `${name} is missing`),
    ...present.flatMap(name => {
      const sum = wanted.get(name)
      if (sum === undefined) return [`${name} is not in deploy/kafka/jars.json`]
      const found = createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')
      return found === sum ? [] : [`${name} has other bytes than deploy/kafka/jars.json says`]
    }),
  ]
}
