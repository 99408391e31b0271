// What a person may type while a demo goes on: break its output, and mend it.

import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Devo } from '@podpipe/simulators/devo/devo.ts'

/**
 * Obeys lines until the signal fires; others are answered with those that there are.
 * @param input such as a terminal
 */
export function obey(
  input: Readable,
  devo: Pick<Devo, 'refuse' | 'resetAll' | 'accept'>,
  say: (text: string) => void,
  signal: AbortSignal,
): void {
  // Where nobody can type the input ends at once, and nothing comes of it.
  const lines = createInterface({ input, signal })
  lines.on('line', line => {
    switch (line.trim()) {
      case 'break':
        devo.refuse()
        devo.resetAll()
        return say('The simulated Devo refuses connections now. Look at the page; type  mend  to end it.')
      case 'mend':
        void devo.accept().then(() => say('The simulated Devo takes events again.'))
        return
      case '':
        return
      default:
        return say('Type  break  or  mend,  or Ctrl-C to end the demo.')
    }
  })
}
