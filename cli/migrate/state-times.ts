// The time up to which the vendor's collector had read, out of what its state holds. Which field that is, is
// not documented, so this looks for what can be a time, and says which one it took. Pure.

import { parseStartTime } from '@podpipe/runtime/config/values/start-time.ts'
import { isTime, type PickleValue } from './pickle-names.ts'

/** Something in a state that can be a time. */
export interface FoundTime {
  /** Keys from the outside in, such as `last.event_time`. */
  readonly path: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** Whether its key speaks of the last event, and not of any time. */
  readonly isLast: boolean
  /** False for one without an offset; it was taken for UTC. */
  readonly isExact: boolean
}

/** The time to go on from, or why there is none that can be trusted. */
export type Choice = { readonly chosen: FoundTime } | { readonly doubt: string }

// A state is small; a list of unsent events is not, and has nothing to say about positions.
const mostValues = 20_000
const deepest = 16
const mostTimes = 200

const earliest = Date.UTC(2015, 0, 1)
const latest = Date.UTC(2100, 0, 1)
const reach = 30 * 86_400_000
const hour = 3_600_000

const speaksOfTime = /time|date|since|last|until|cursor|checkpoint|timestamp|(^|_)(ts|at|from|to)$/i
const speaksOfLast = /last|latest|since|until|cursor|checkpoint|resume/i
// Times of the configuration, of a process, or of what went wrong, whatever they are the last of.
const speaksOfOther =
  /start|initial|historic|config|token|error|fail|retry|expir|creat|request|ping|statistic|report/i

/** Everything in a state that can be a time, in the order of its keys. */
export function findTimes(state: PickleValue): FoundTime[] {
  const found: FoundTime[] = []
  const seen = new Set<PickleValue>()
  let values = 0

  const visit = (value: PickleValue, path: readonly string[]): void => {
    if (++values > mostValues || path.length > deepest || found.length >= mostTimes) return
    const time = timeOf(value, path.at(-1) ?? '')
    if (time !== undefined) {
      const keys = path.join('.')
      found.push({ ...time, path: keys, isLast: speaksOfLast.test(keys) && !speaksOfOther.test(keys) })
      return
    }
    if (!(value instanceof Map) && !Array.isArray(value)) return
    // The same object may stand in many places, and in itself.
    if (seen.has(value)) return
    seen.add(value)
    if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) {
        if (values > mostValues) return
        visit(each, [...path, String(index)])
      }
      return
    }
    for (const [key, each] of value) {
      if (values > mostValues) return
      visit(each, [...path, typeof key === 'string' ? key.slice(0, 60) : '?'])
    }
  }
  visit(state, [])
  return found
}

/**
 * The time to go on from: the latest that speaks of a last event and is not in the future. In doubt where none
 * does, where they are more than an hour apart, and where the archive does not reach.
 * @param now milliseconds since 1970
 */
export function chooseTime(found: readonly FoundTime[], now: number): Choice {
  const past = found.filter(({ isLast, time }) => isLast && time <= now).sort((a, b) => b.time - a.time)
  const [chosen] = past
  if (chosen === undefined) {
    return {
      doubt:
        found.length === 0
          ? 'it holds nothing that can be a time'
          : 'none of its times says that it is the one of the last event',
    }
  }
  const oldest = past.at(-1) ?? chosen
  if (chosen.time - oldest.time > hour) {
    return { doubt: `${chosen.path} and ${oldest.path} are more than an hour apart, and either may be meant` }
  }
  if (now - chosen.time > reach) {
    return { doubt: `${chosen.path} lies more than 30 days back, where Proofpoint's archive does not reach` }
  }
  return { chosen }
}

type Time = Pick<FoundTime, 'time' | 'isExact'>

function timeOf(value: PickleValue, key: string): Time | undefined {
  const time = read(value, key)
  return time !== undefined && time.time >= earliest && time.time < latest ? time : undefined
}

function read(value: PickleValue, key: string): Time | undefined {
  if (isTime(value)) return { time: value.time, isExact: value.isExact }
  if (typeof value === 'string') {
    const text = value.trim()
    if (text.length > 40) return undefined
    if (/^\d{10}(\d{3})?(\.\d+)?$/.test(text)) return numeric(Number(text), key)
    const time = parseStartTime(text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'))
    return time === undefined ? undefined : { time, isExact: /(z|[+-]\d\d:?\d\d)$/i.test(text) }
  }
  return typeof value === 'number' ? numeric(value, key) : undefined
}

// Seconds, milliseconds or microseconds since 1970 differ by a thousand each, so that only one of them is a
// time of this century.
function numeric(value: number, key: string): Time | undefined {
  if (!speaksOfTime.test(key)) return undefined
  const time = [1_000, 1, 0.001].map(factor => value * factor).find(each => each >= earliest && each < latest)
  return time === undefined ? undefined : { time: Math.floor(time), isExact: true }
}
