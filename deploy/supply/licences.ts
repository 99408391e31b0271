// docs/licences.md: whose work podpipe brings along, and by which licence.

import { type Jar, readJars } from '@podpipe/runtime/broker/jar-list.ts'
import { neededBy, type Package, readLock } from './lock.ts'

/** Licences that ask for nothing but to be named. A package with another one has to be argued here first. */
export const permissive: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
]

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

export function pageOf(packages: readonly Package[], jars: readonly Jar[]): string {
  return `# Licences

Made by \`npm run docs\` from package-lock.json and deploy/kafka/jars.json. Each package and each jar holds the text of its licence.

The image has Debian's packages, Node and OpenJDK besides, whose licences are in \`/usr/share/doc\`, in Node's own notices, and in \`/opt/java/legal\`.

## Packages

${packages.length} packages. Those that podpipe names itself are bold, and argued in [ADR 6](adr/0006-dependencies.md); the others come with them.

| package | version | licence | |
| --- | --- | --- | --- |
${packages
  .map(({ name, version, licence, direct, optional }) =>
    row(direct ? `**${name}**` : name, version, licence, optional ? 'on its platform only' : ''),
  )
  .join('\n')}

## Jars of the embedded Kafka

${jars.length} jars. Whoever names a cluster needs none of them.

| jar | version | licence |
| --- | --- | --- |
${jars.map(({ group, name, version, licences }) => row(`${group}:${name}`, version, licences.join(' or '))).join('\n')}
`
}

/** @returns the page for what this clone holds */
export const licencesPage = (): string => pageOf(neededBy(readLock(), 'cli'), readJars())
