// The live line of the demo.

import type { Chain } from './chain.ts'

const interval = 250

/** Shows how far events have come, on one line of a terminal, or a line now and then elsewhere. */
export function showProgress(chain: Chain, quiet: boolean): { end(): void } {
  if (quiet) return { end: () => undefined }
  const terminal = process.stderr.isTTY
  const begun = performance.now()
  const line = (): string => {
    const { sent } = chain.proofpoint.ledger.counts()
    const { distinct } = chain.devo.stats()
    const seconds = (performance.now() - begun) / 1000
    const n = (value: number): string => value.toLocaleString('en-US').padStart(7)
    return `  Proofpoint sent ${n(sent)}   Devo has ${n(distinct)}   ${seconds.toFixed(1).padStart(5)} s`
  }
  const show = (): void => void process.stderr.write(terminal ? `\r${line()}` : `${line()}\n`)
  const timer = setInterval(show, terminal ? interval : 8 * interval)
  return {
    end() {
      clearInterval(timer)
      show()
      if (terminal) process.stderr.write('\n')
    },
  }
}
