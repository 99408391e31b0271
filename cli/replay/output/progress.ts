// How far a replay is, while it runs: on a terminal one line that changes, elsewhere a line now and then.

import { type Share, totalsOf } from '@podpipe/forwarder/replay/share.ts'
import { Meter, type Pace } from '@podpipe/operations/replay/meter.ts'
import { n } from '../../number-text.ts'

const terminalPause = 250
const linePause = 5_000

/** One line: how much, how fast, how long still. Pure. */
export function lineOf(pace: Pace | undefined): string {
  if (pace === undefined) return ''
  const { percent, confirmed, rate, secondsLeft } = pace
  const rest =
    secondsLeft === undefined
      ? 'waiting for the output to confirm'
      : secondsLeft === 0
        ? 'done'
        : `${durationText(secondsLeft)} left`
  return `${String(percent).padStart(3)} %   confirmed ${n(confirmed)}   ${n(Math.round(rate))} a second   ${rest}`
}

/** Such as 45 s, 12 min, 3 h 20 min. Pure. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export interface Display {
  /** Says a sentence without disturbing the line. */
  say(sentence: string): void
  end(): void
}

/**
 * Shows the progress of shares until `end`.
 * @param target where to; standard error, so that standard output holds the result alone
 */
export function showProgress(
  shares: readonly Share[],
  target: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'> = process.stderr,
): Display {
  const meter = new Meter()
  const look = (): void => meter.add({ at: performance.now(), ...totalsOf(shares) })
  const isTerminal = target.isTTY
  const clear = (): void => void (isTerminal && target.write('\r\x1b[2K'))
  const draw = (): void => {
    look()
    const text = lineOf(meter.pace())
    if (isTerminal) target.write(`\r\x1b[2K${text.slice(0, Math.max(1, (target.columns || 80) - 1))}`)
    else target.write(`${text}\n`)
  }
  look()
  const timer = setInterval(draw, isTerminal ? terminalPause : linePause)
  return {
    say(sentence) {
      clear()
      target.write(`podpipe: ${sentence}\n`)
    },
    end() {
      clearInterval(timer)
      draw()
      if (isTerminal) target.write('\n')
    },
  }
}
