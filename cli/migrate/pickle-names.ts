// The names in a pickle that stand for plain data, and what they make: dates, sets, bytes. Nothing is looked
// up by name in Python or in JavaScript; what is not in this list is unknown. Pure.

import { PickleError } from './pickle-input.ts'

/** Lists and tuples are arrays, dicts are maps, sets are sets. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickledTime
  | PickledSpan
  | Named

/** A name that has not been called. */
export interface Named {
  readonly kind: 'name'
  readonly name: string
}

/** A datetime. */
export interface PickledTime {
  readonly kind: 'time'
  /** Milliseconds since 1970. */
  readonly time: number
  /** Whether it has an offset; one without is taken for UTC. */
  readonly isExact: boolean
}

/** A timedelta, or the offset of a timezone, in milliseconds. */
export interface PickledSpan {
  readonly kind: 'span'
  readonly ms: number
}

const kindOf = (value: PickleValue | undefined): unknown =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined

export const isName = (value: PickleValue): value is Named => kindOf(value) === 'name'

export const isTime = (value: PickleValue): value is PickledTime => kindOf(value) === 'time'

const isSpan = (value: PickleValue | undefined): value is PickledSpan => kindOf(value) === 'span'

/** What may still be copied, in bytes and items: a value that is noted once can be copied any number of times. */
export interface Budget {
  left: number
}

type Make = (args: readonly PickleValue[], budget: Budget) => PickleValue

/** Whether the name, `module.word`, stands for plain data. */
export const isKnownName = (name: string): boolean => makers.has(name)

/** @throws PickleError when the arguments are not the ones that Python writes */
export function makeNamed(name: string, args: readonly PickleValue[], budget: Budget): PickleValue {
  const make = makers.get(name)
  if (make === undefined) throw new PickleError(`names ${name}`)
  return make(args, budget)
}

const toSet: Make = ([items = []], budget) => {
  if (!Array.isArray(items)) throw new PickleError('makes a set of what is no list')
  spend(budget, items.length)
  return new Set(items)
}

/** Below protocol 3 bytes are a text whose characters are below 256. */
const toBytes: Make = ([text = ''], budget) => {
  if (text instanceof Uint8Array) return text
  if (typeof text !== 'string') throw new PickleError('makes bytes of what is no text')
  spend(budget, text.length)
  return Buffer.from(text, 'latin1')
}

const toSpan: Make = ([days = 0, seconds = 0, micros = 0]) => {
  if (typeof days !== 'number' || typeof seconds !== 'number' || typeof micros !== 'number') {
    throw new PickleError('has a timedelta that is none')
  }
  return { kind: 'span', ms: days * 86_400_000 + seconds * 1_000 + Math.floor(micros / 1_000) }
}

const toTimezone: Make = ([span = null]) => {
  if (!isSpan(span)) throw new PickleError('has a timezone without an offset')
  return span
}

// Year in two bytes, month, day, hour, minute, second, and microseconds in three. The month's top bit says
// which of two equal local times is meant, when clocks are set back.
const toTime: Make = ([packed = null, zone]) => {
  const bytes = typeof packed === 'string' ? Buffer.from(packed, 'latin1') : packed
  if (!(bytes instanceof Uint8Array) || bytes.length !== 10)
    throw new PickleError('has a datetime that is none')
  const [high = 0, low = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, a = 0, b = 0] = bytes
  if (zone !== undefined && !isSpan(zone)) throw new PickleError('has a timezone that is none')
  const millisecond = Math.floor((a * 65_536 + b * 256 + (bytes[9] ?? 0)) / 1_000)
  const time = Date.UTC(high * 256 + low, (month & 0x7f) - 1, day, hour, minute, second, millisecond)
  return { kind: 'time', time: time - (zone?.ms ?? 0), isExact: zone !== undefined }
}

const toDict: Make = args => {
  if (args.length > 0) throw new PickleError('makes a dict of arguments')
  return new Map()
}

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['datetime.datetime', toTime],
  ['datetime.timedelta', toSpan],
  ['datetime.timezone', toTimezone],
  ['pytz._UTC', () => ({ kind: 'span', ms: 0 })],
  ['_codecs.encode', toBytes],
  ['builtins.bytes', toBytes],
  ['__builtin__.bytes', toBytes],
  ['builtins.bytearray', toBytes],
  ['__builtin__.bytearray', toBytes],
  ['builtins.set', toSet],
  ['__builtin__.set', toSet],
  ['builtins.frozenset', toSet],
  ['__builtin__.frozenset', toSet],
  ['collections.OrderedDict', toDict],
])

function spend(budget: Budget, amount: number): void {
  budget.left -= amount
  if (budget.left < 0) throw new PickleError('copies more than a state file can need')
}
