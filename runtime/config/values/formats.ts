// What a value may look like: one entry for each kind of value, registered with convict under its name.
// Each throws a text "what; why; what to do" and leaves the place and the value found to its caller. Pure.

import convict from 'convict'
import { addressFault, hostAndPortFault, hostFieldFault } from './addresses.ts'
import { networkFault } from './networks.ts'
import { passwordHashFault } from './password-hash.ts'
import { proxyFault } from './proxy.ts'
import { startTimeFault } from './start-time.ts'
import { urlFault } from './stream-url.ts'
import { tagFault } from './tag.ts'
import { parseDuration, parseSize } from './units.ts'
import { webUrlFault } from './web-url.ts'

/** The part of a schema item that a format may look at. */
export interface Limits {
  /** Lowest and highest good value, in the format's own spelling (`10s`, `64KiB`, `1`). */
  readonly min?: string | number
  readonly max?: string | number
  readonly choices?: readonly string[]
  /** Fewest and most characters of a text. */
  readonly minLength?: number
  readonly maxLength?: number
}

/** The formats by name; what `parse` returns is what the rest of podpipe gets. */
export const formats = {
  text: (value, limits) => {
    const text = nonEmpty(value)
    const { minLength = 1, maxLength = Number.POSITIVE_INFINITY } = limits
    if (text.length >= minLength && text.length <= maxLength) return text
    throw new Error(`has ${text.length} characters and may have ${minLength} to ${maxLength}; choose another`)
  },
  token: value =>
    checked(value, text =>
      /^[!-~]+$/.test(text)
        ? undefined
        : 'holds a blank or a character that no HTTP header takes; Proofpoint would refuse it; copy the key again',
    ),
  tokens: value =>
    checked(value, text =>
      /^[!-~]+(\s+[!-~]+)*$/.test(text)
        ? undefined
        : 'holds a character that is none of a key; write one key, or several with a blank or a line end between them',
    ),
  word: value =>
    checked(value, text =>
      /^[A-Za-z0-9._-]{1,100}$/.test(text)
        ? undefined
        : 'is no single word; write it as Proofpoint does, with letters, digits, dots, _ and -',
    ),
  yesNo: value => {
    if (typeof value === 'boolean') return value
    // The vendor's collector reads YAML 1.1, where these words are booleans too.
    const meaning = typeof value === 'string' ? yamlBooleans.get(value.toLowerCase()) : undefined
    if (meaning === undefined) throw new Error('must be a yes or no; write true or false')
    return meaning
  },
  whole: (value, limits) =>
    within(
      integer(value),
      limits,
      Number,
      `must be a whole number from ${limits.min} to ${limits.max}; write digits only`,
    ),
  seconds: (value, limits) => {
    const rule = `must be a number of seconds from ${limits.min} to ${limits.max}; write digits only`
    const isNumeric = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)
    const seconds = typeof value === 'number' || isNumeric ? Number(value) : undefined
    return Math.round(within(seconds, limits, Number, rule) * 1000)
  },
  duration: (value, limits) => {
    const rule = `must be a duration from ${limits.min} to ${limits.max}; a number alone has no unit; write one such as 250ms, 30s, 5m, 1h or 2d`
    return within(parseDuration(value), limits, parseDuration, rule)
  },
  size: (value, limits) => {
    const rule = `must be a size from ${limits.min} to ${limits.max}; write one such as 64KiB, 16MiB or plain bytes`
    return within(parseSize(value), limits, parseSize, rule)
  },
  share: value => {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
    throw new Error('must be a number such as 0.5; write digits only')
  },
  names: value => {
    const list = typeof value === 'string' ? [value] : value
    if (!Array.isArray(list) || list.length === 0) throw new Error('must be a list of names; write [message]')
    return list.map(nonEmpty)
  },
  choice: (value, limits) => {
    const found = limits.choices?.find(choice => choice === value)
    if (found === undefined) throw new Error(`must be one of ${limits.choices?.join(', ')}; choose one`)
    return found
  },
  address: value => checked(value, addressFault),
  hostField: value => checked(value, hostFieldFault),
  tag: value => checked(value, tagFault),
  url: value => checked(value, urlFault),
  proxy: value => checked(value, proxyFault),
  startTime: value => checked(value, startTimeFault),
  // ingest looks these names up in the bytes of an event, where any other character could be written in several ways.
  fieldName: value =>
    checked(value, text =>
      /^[A-Za-z0-9._@$-]{1,100}$/.test(text)
        ? undefined
        : 'is no name of a field; use letters, digits, dots, _, -, @ and $; it is a field at the top of an event',
    ),
  prefix: value =>
    checked(value, text =>
      /^[A-Za-z0-9._-]{1,200}$/.test(text)
        ? undefined
        : 'is no start of a topic name; Kafka takes letters, digits, dots, _ and -; choose another',
    ),
  heap: value =>
    checked(value, text =>
      /^[1-9]\d*[kKmMgG]$/.test(text) ? undefined : 'is no heap size for Java; write one such as 512m or 2g',
    ),
  brokers: value => hostsAndPorts(value, 'kafka-1.example.com:9092'),
  places: value => hostsAndPorts(value, 'ingest:8101'),
  networks: value => {
    const list = typeof value === 'string' ? value.split(',').map(part => part.trim()) : value
    if (!Array.isArray(list)) throw new Error('must be a list of addresses; write ["10.1.2.3"]')
    return list.map((each: unknown) => checked(each, networkFault))
  },
  passwordHash: value => checked(value, passwordHashFault),
  headerName: value =>
    checked(value, text =>
      /^[A-Za-z0-9-]{1,100}$/.test(text)
        ? undefined
        : 'is no name of a header; use letters, digits and -; write one such as x-forwarded-user',
    ).toLowerCase(),
  webUrl: value => checked(value, webUrlFault),
  basePath: value => {
    const path = checked(value, text =>
      /^\/([A-Za-z0-9._~-]+\/?)*$/.test(text)
        ? undefined
        : 'is no path; it begins with a slash and has letters, digits, dots, _, ~ and - between slashes; write one such as /podpipe/',
    )
    return path.endsWith('/') ? path : `${path}/`
  },
} satisfies Record<string, (value: unknown, limits: Limits) => unknown>

export type FormatName = keyof typeof formats

/** What a format makes of a good value. */
export type Parsed<Name extends FormatName> = ReturnType<(typeof formats)[Name]>

/** Convict's name of a format; the prefix keeps clear of its own, which would bend values into shape. */
export const convictName = (name: FormatName): string => `podpipe ${name}`

for (const [name, parse] of Object.entries(formats)) {
  convict.addFormat({
    name: convictName(name as FormatName),
    validate: (value, item) => void parse(value, item as Limits),
  })
}

const yamlBooleans = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
])

function integer(value: unknown): number | undefined {
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value)
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function within(
  value: number | undefined,
  limits: Limits,
  read: (limit: string | number) => number | undefined,
  rule: string,
): number {
  const min = limits.min === undefined ? Number.NEGATIVE_INFINITY : read(limits.min)
  const max = limits.max === undefined ? Number.POSITIVE_INFINITY : read(limits.max)
  // Asked this way round, so that no comparison lets NaN (`.nan` in YAML) through.
  if (value !== undefined && min !== undefined && max !== undefined && value >= min && value <= max)
    return value
  throw new Error(rule)
}

function nonEmpty(value: unknown): string {
  if (typeof value !== 'string') throw new Error('must be a text; write a word or put it in quotes')
  if (value.trim() === '') throw new Error('is empty; podpipe needs a value here; fill it in')
  return value
}

function hostsAndPorts(value: unknown, example: string): string[] {
  const list = typeof value === 'string' ? value.split(',').map(part => part.trim()) : value
  if (!Array.isArray(list)) throw new Error(`must be a list of host:port; write ["${example}"]`)
  return list.map((each: unknown) => checked(each, text => hostAndPortFault(text, example)))
}

function checked(value: unknown, fault: (text: string) => string | undefined): string {
  const text = nonEmpty(value)
  const wrong = fault(text)
  if (wrong !== undefined) throw new Error(wrong)
  return text
}
