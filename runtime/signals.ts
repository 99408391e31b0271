// SIGTERM and SIGINT, the first one and the later ones told apart; and SIGHUP, which asks for the configuration to be read again.

import { EventEmitter } from 'node:events'

// A Ctrl-C may come twice: from the terminal, and handed on by npm or a launcher. What comes within this time,
// in milliseconds, is one and the same.
const sameSignal = 1_000

/**
 * Listens for signals to stop.
 * @param onFirst stop in order
 * @param onAgain whoever asks a second time does not want to wait
 */
export function listenForSignals(
  onFirst: (name: 'SIGTERM' | 'SIGINT') => void,
  onAgain: (name: 'SIGTERM' | 'SIGINT') => void,
): void {
  let first: number | undefined
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (first === undefined) {
        first = performance.now()
        onFirst(name)
      } else if (performance.now() - first > sameSignal) onAgain(name)
    })
  }
}

/**
 * Emits `reload` at each SIGHUP, and when the parent process asks for it. Where a person is watching at a terminal,
 * SIGHUP means that the terminal has gone, and ends the process as ever.
 */
export function listenForReload(): EventEmitter {
  const reloads = new EventEmitter()
  if (!process.stdout.isTTY) process.on('SIGHUP', () => reloads.emit('reload'))
  process.on('message', message => void (message === 'reload' && reloads.emit('reload')))
  return reloads
}
