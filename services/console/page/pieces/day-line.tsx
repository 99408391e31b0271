// A day of a stream as a line: how it was, by height and pattern as well as by colour.

import type { SpanState } from '@podpipe/operations/sessions/timeline.ts'
import type { SessionAnswer } from '../../api/sessions-schema.ts'
import { dayInWords, spanWords } from '../session-words.ts'
import { clockTime } from '../words.ts'
import '../styles/day-line.css'

const width = 1_440
const height = 18
/** What is well lies low and thin; what is not stands out. */
const tall: Readonly<Record<SpanState, number>> = {
  live: 6,
  archive: 10,
  opening: 10,
  away: 16,
  conflict: 18,
  stopped: 16,
  unknown: 2,
}

export function DayLine({ session, from, to }: { session: SessionAnswer; from: number; to: number }) {
  const x = (time: number): number => ((time - from) / (to - from)) * width
  return (
    <svg
      class="day"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`The last day: ${dayInWords(session)}`}
    >
      {session.spans.map(span => {
        const state = span.state as SpanState
        const high = tall[state] ?? 2
        return (
          <rect
            key={span.from}
            class={`span span-${state}`}
            x={x(span.from)}
            y={(height - high) / 2}
            width={Math.max(2, x(span.to) - x(span.from))}
            height={high}
          >
            <title>{`${spanWords[state] ?? state}, ${clockTime(new Date(span.from).toISOString())} to ${clockTime(new Date(span.to).toISOString())}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

/** The hours above the lines, by the clock of the person. */
export function DayScale({ from, to }: { from: number; to: number }) {
  const first = new Date(from)
  first.setMinutes(0, 0, 0)
  const step = 6 * 3_600_000
  const ticks: number[] = []
  for (let at = first.getTime() + 3_600_000; at < to; at += 3_600_000) {
    // The first ones would stand on the words before them.
    const isFree = (at - from) / (to - from) > 0.38
    if (isFree && new Date(at).getHours() % (step / 3_600_000) === 0) ticks.push(at)
  }
  return (
    <span class="day-scale" aria-hidden="true">
      {ticks.map(at => (
        <span key={at} style={{ left: `${((at - from) / (to - from)) * 100}%` }}>
          {String(new Date(at).getHours()).padStart(2, '0')}:00
        </span>
      ))}
    </span>
  )
}

/** What the parts of a line mean. */
export function DayLegend({ states }: { states: readonly SpanState[] }) {
  return (
    <ul class="plain legend" aria-label="What the lines mean">
      {states.map(state => (
        <li key={state}>
          <svg class="day-sample" viewBox={`0 0 28 ${height}`} aria-hidden="true">
            <rect
              class={`span span-${state}`}
              x="0"
              y={(height - tall[state]) / 2}
              width="28"
              height={tall[state]}
            />
          </svg>{' '}
          {spanWords[state]}
        </li>
      ))}
    </ul>
  )
}
