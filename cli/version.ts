// `podpipe version`: which podpipe this is, and what it runs on.

import { release } from 'node:os'
import { version } from '@podpipe/runtime/version.ts'
import { Command } from 'commander'
import { outputOption } from './common-options.ts'

/** What `podpipe version -o json` prints: keys are only ever added. */
export interface Versions {
  readonly podpipe: string
  readonly node: string
  readonly openssl: string
  readonly system: string
}

export const versions = (): Versions => ({
  podpipe: version,
  node: process.versions.node,
  openssl: process.versions.openssl,
  system: `${process.platform} ${process.arch} ${release()}`,
})

export function versionCommand(): Command {
  return new Command('version')
    .description('which podpipe this is, and what it runs on')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  podpipe version -o json')
    .action(({ output }: { output: 'text' | 'json' }) => {
      const found = versions()
      const { podpipe, node, openssl, system } = found
      const text = `podpipe ${podpipe} (Node ${node}, OpenSSL ${openssl}, ${system})`
      process.stdout.write(`${output === 'json' ? JSON.stringify(found) : text}\n`)
    })
}
