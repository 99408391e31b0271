// Writes the bill of materials: npm run sbom

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readJars } from '@podpipe/runtime/broker/jar-list.ts'
import { neededBy, readLock } from './lock.ts'
import { bomOf } from './sbom.ts'

const root = new URL('../../', import.meta.url)
const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const bom = bomOf(version, neededBy(readLock(), 'cli'), readJars())
const file = `dist/podpipe-${version}.cdx.json`
mkdirSync(new URL('dist/', root), { recursive: true })
writeFileSync(new URL(file, root), `${JSON.stringify(bom, undefined, 2)}\n`)
process.stdout.write(`sbom: ${file}, ${bom.components.length} components\n`)
