// `podpipe top` as a person has it before them: drawn on a terminal, sorted and filtered by keys, and gone without a trace.

import { deepEqual, equal, match } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { podpipe } from '../chains/podpipe.ts'
import { eventually } from '../eventually.ts'
import { hasTerminals, openTerminal, type Terminal } from './terminal.ts'

const ways = [
  ['a key', terminal => terminal.type('q')],
  ['a signal', (_, pid) => process.kill(pid)],
] as const satisfies readonly (readonly [string, (terminal: Terminal, pid: number) => unknown])[]

/**
 * Subtests of a test with a running chain.
 * @param options what is told to top, such as where the services are
 */
export async function testTop(t: TestContext, options: readonly string[]): Promise<void> {
  const skip = !hasTerminals && 'there is no `script` to make a terminal with'
  for (const [name, leave] of ways) {
    await t.test(
      `podpipe top draws on a terminal, and leaves it as it was by ${name}`,
      { skip },
      async top => {
        const command = `exec ${process.execPath} ${podpipe} top ${options.join(' ')}`
        const terminal = openTerminal(top, `sh -c 'echo pid=$$; ${command}'; echo left=$?; stty -a`)
        const sees = (what: RegExp): Promise<true> =>
          eventually(`${what} on the screen`, () =>
            terminal.screen().some(line => what.test(line)) ? true : undefined,
          )
        await sees(/^simulated_hosted\/message +[\d.]+ .* open/)
        deepEqual(
          [terminal.screen().length, terminal.screen().find(line => line.length > 80)],
          [24, undefined],
        )
        terminal.type('s')
        await sees(/s sort by rate/)
        terminal.type('/maillog\r')
        await sees(/filter: maillog \(Esc clears\)/)
        deepEqual(terminal.screen().filter(line => line.startsWith('simulated_hosted/')).length, 1)
        const [, pid] = /pid=(\d+)/.exec(terminal.output()) ?? []
        await leave(terminal, Number(pid))
        equal(await terminal.exited, 0)
        // The screen of before, a cursor, and lines that are edited and echoed, as the shell wants them.
        const after = terminal.output().split('\u001b[?25h\u001b[?1049l').at(-1) ?? ''
        match(after, /left=0\s/)
        match(after, /[ ;]icanon[\s\S]*[ ;]echo /)
      },
    )
  }
}
