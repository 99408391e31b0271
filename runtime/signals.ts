// SIGTERM and SIGINT, the first one and the later ones told apart.

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
