// How far a replay is, while it runs: on a terminal one line that changes, elsewhere a line now and then.

import { type Share, totalsOf } from '@podpipe/forwarder/replay/share.ts'
import { n } from '../../number-text.ts'

/** What is known at some moment; `at` in milliseconds of a clock that never goes back. */
export interface Sample {
  readonly at: number
  readonly confirmed: number
  /** Records read to their end, and how many there are. */
  readonly done: number
  readonly records: number
}

/** Rates are those of so many milliseconds. */
const span = 10_000
const terminalPause = 250
const linePause = 5_000

/** Remembers the last samples. Pure. */
export class Meter {
  readonly #samples: Sample[] = []

  add(sample: Sample): void {
    this.#samples.push(sample)
    while ((this.#samples[1]?.at ?? Number.POSITIVE_INFINITY) <= sample.at - span) this.#samples.shift()
  }

  /** One line: how much, how fast, how long still. */
  text(): string {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (first === undefined || last === undefined) return ''
    const seconds = (last.at - first.at) / 1_000
    const percent = last.records === 0 ? 100 : Math.floor((last.done * 100) / last.records)
    const rate = seconds > 0 ? (last.confirmed - first.confirmed) / seconds : 0
    const speed = seconds > 0 ? (last.done - first.done) / seconds : 0
    const left = last.records - last.done
    const rest =
      left === 0
        ? 'done'
        : speed > 0
          ? `${durationText(left / speed)} left`
          : 'waiting for the output to confirm'
    return `${String(percent).padStart(3)} %   confirmed ${n(last.confirmed)}   ${n(Math.round(rate))} a second   ${rest}`
  }
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
    const text = meter.text()
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
