// For tests: an output on loopback whose log lines are kept, apart by what they are about.

import { Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { pino } from 'pino'
import type { Output } from '../delivery.ts'
import { createPeerOutput } from '../output.ts'
import type { PeerOutputOptions } from '../output-options.ts'

export interface Line {
  readonly level: number
  readonly msg: string
}

export interface LoggedOutput {
  readonly output: Output
  /** What is wrong, and well again. */
  readonly log: Line[]
  /** By what the peer confirms. */
  readonly news: Line[]
}

/** Makes an output; it is closed when the test ends. */
export function startLoggedOutput(
  t: TestContext,
  options: Omit<PeerOutputOptions, 'address' | 'log'> & { readonly address?: string },
): LoggedOutput {
  const log: Line[] = []
  const news: Line[] = []
  const lines = new Writable({
    write(chunk, _encoding, done) {
      const line: Line = JSON.parse(String(chunk))
      ;(line.msg.includes('is confirmed by') ? news : log).push(line)
      done()
    },
  })
  const output = createPeerOutput({
    address: '127.0.0.1',
    log: pino(lines),
    // The jitter may be anything from nothing on; almost nothing keeps the tests quick.
    random: () => 0.01,
    ...options,
  })
  t.after(() => output.close())
  return { output, log, news }
}
