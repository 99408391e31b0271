// Finds two fields of an event in its bytes without making an object of it, which is most of what ingest would have
// to do (ADR 9). It answers only where it is sure: for a plain JSON object. Whatever is unusual or wrong is left to
// JSON.parse, so that there is one judge of what an event is. Pure.

import type { Kind } from '@podpipe/schemas/service.ts'

/** Names of two different fields at the top of the event, of letters, digits and the like: the configuration sees to it. */
export type Fields = Pick<Kind, 'idField' | 'timeField'>

/** The strings in them; undefined where the field is missing or holds something else. */
export interface Found {
  readonly id: string | undefined
  readonly time: string | undefined
}

/** A bit for each level says whether it is an object. Proofpoint's events have less than ten levels. */
const deepest = 30

const code = (character: string): number => character.charCodeAt(0)
const quote = code('"')
const backslash = code('\\')
const openObject = code('{')
const closeObject = code('}')
const openList = code('[')
const closeList = code(']')
const comma = code(',')
const colon = code(':')
const minus = code('-')
const plus = code('+')
const point = code('.')
const zero = code('0')
const smallE = code('e')
const largeE = code('E')
const letterF = code('f')
const letterN = code('n')
const letterT = code('t')
const letterU = code('u')

const table = (isIn: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0))
const oneOf = (characters: string): Uint8Array =>
  table(byte => characters.includes(String.fromCharCode(byte)))
const isSpace = oneOf(' \t\n\r')
const isDigit = oneOf('0123456789')
const isHex = oneOf('0123456789abcdefABCDEF')
const isEscape = oneOf('"\\/bfnrt')
// What ends a run of plain characters in a string, looked for in four bytes at a time, all of them below 0x80.
const [lowBits, highBits] = [0x7f7f7f7f, -0x7f7f7f80]
const backslashes = backslash * 0x01010101
// With its second bit turned, a quote is 0x20 and a control character still below: one sum finds both.
const [secondBits, toPlain] = [0x02020202, 0x5f5f5f5f]

/** Four characters as the number that is read where they stand. */
const word = (characters: string): number => Buffer.from(characters).readInt32LE()
const [wordTrue, wordAlse, wordNull] = [word('true'), word('alse'), word('null')]

/** Larger events are left to JSON.parse. */
const mostBytes = 2 ** 20
// The event at hand, and a zero behind it, where everything ends. Where a buffer lies and how long it is, V8 compiles
// into the code if there is only one: that is worth the copy.
const bytes = new Uint8Array(mostBytes + 4)
const view = new DataView(bytes.buffer)

/** @returns undefined where JSON.parse has to decide */
export function scan(event: Buffer, { idField, timeField }: Fields): Found | undefined {
  const { length } = event
  if (length > mostBytes) return undefined
  bytes.set(event)
  bytes[length] = 0
  // Of a field that stands twice, the last one counts.
  const found: { id: string | undefined; time: string | undefined } = { id: undefined, time: undefined }
  let depth = 0
  let kinds = 0
  let atKey = false
  let at = behindSpace(0)
  if (bytes[at] !== openObject) return undefined
  for (;;) {
    let field: keyof Found | undefined
    if (atKey) {
      if (bytes[at] !== quote) return undefined
      const start = at + 1
      at = endOfPlain(start)
      // What a name with escapes comes to at the top, JSON.parse may say.
      if (bytes[at] === backslash && depth > 1) at = endOfString(at)
      if (bytes[at] !== quote) return undefined
      if (depth === 1) {
        if (isText(start, at, idField)) field = 'id'
        else if (isText(start, at, timeField)) field = 'time'
      }
      at++
      if (bytes[at] !== colon) {
        at = behindSpace(at)
        if (bytes[at] !== colon) return undefined
      }
      at++
      if ((bytes[at] ?? 0) <= 0x20) at = behindSpace(at)
    }

    const first = bytes[at]
    if (field !== undefined) found[field] = undefined
    if (first === openObject || first === openList) {
      if (depth === deepest) return undefined
      atKey = first === openObject
      depth++
      kinds = (kinds << 1) | (atKey ? 1 : 0)
      at = behindSpace(at + 1)
      if (bytes[at] !== (atKey ? closeObject : closeList)) continue
    } else if (first === quote) {
      const start = at + 1
      at = endOfPlain(start)
      if (bytes[at] === backslash && field === undefined) at = endOfString(at)
      if (bytes[at] !== quote) return undefined
      if (field !== undefined) found[field] = event.toString('utf8', start, at)
      at++
    } else {
      at = endOfScalar(at)
      if (at < 0) return undefined
    }

    for (;;) {
      if ((bytes[at] ?? 0) <= 0x20) at = behindSpace(at)
      const next = bytes[at++]
      atKey = (kinds & 1) === 1
      if (next === comma) break
      if (next !== (atKey ? closeObject : closeList)) return undefined
      depth--
      kinds >>>= 1
      if (depth === 0) return behindSpace(at) === length ? found : undefined
    }
    if ((bytes[at] ?? 0) <= 0x20) at = behindSpace(at)
  }
}

function behindSpace(from: number): number {
  let at = from
  while (isSpace[bytes[at] ?? 0] === 1) at++
  return at
}

/**
 * The next quote, backslash or control character. From 0x80 on anything may stand in a string, UTF-8 or not: what is
 * none becomes a replacement character, and no broken sequence swallows the ASCII behind it.
 */
function endOfPlain(from: number): number {
  for (let at = from; ; at += 4) {
    const four = view.getInt32(at, true)
    const low = four & lowBits
    // A byte's high bit is set where it is plain; no sum reaches into the next byte.
    const plain = ((low ^ secondBits) + toPlain) & ((low ^ backslashes) + lowBits)
    const ends = ~(plain | four) & highBits
    if (ends !== 0) return at + ((31 - Math.clz32(ends & -ends)) >>> 3)
  }
}

/** Where a string ends, at its quote; below 0 where it is none. */
function endOfString(from: number): number {
  for (let at = from; ; ) {
    at = endOfPlain(at)
    if (bytes[at] === quote) return at
    if (bytes[at] !== backslash) return -1
    if (bytes[at + 1] === letterU) {
      if (!isHexFour(at + 2)) return -1
      at += 6
    } else if (isEscape[bytes[at + 1] ?? 0] === 1) at += 2
    else return -1
  }
}

function isHexFour(at: number): boolean {
  return (
    isHex[bytes[at] ?? 0] === 1 &&
    isHex[bytes[at + 1] ?? 0] === 1 &&
    isHex[bytes[at + 2] ?? 0] === 1 &&
    isHex[bytes[at + 3] ?? 0] === 1
  )
}

/** Where a number or a literal ends; below 0 where it is none. */
function endOfScalar(from: number): number {
  const first = bytes[from]
  if (first === letterT) return view.getInt32(from, true) === wordTrue ? from + 4 : -1
  if (first === letterF) return view.getInt32(from + 1, true) === wordAlse ? from + 5 : -1
  if (first === letterN) return view.getInt32(from, true) === wordNull ? from + 4 : -1
  const whole = first === minus ? from + 1 : from
  let at = bytes[whole] === zero ? whole + 1 : endOfDigits(whole)
  if (at > 0 && bytes[at] === point) at = endOfDigits(at + 1)
  if (at > 0 && (bytes[at] === smallE || bytes[at] === largeE)) {
    const isSigned = bytes[at + 1] === plus || bytes[at + 1] === minus
    at = endOfDigits(isSigned ? at + 2 : at + 1)
  }
  return at
}

function endOfDigits(from: number): number {
  let at = from
  while (isDigit[bytes[at] ?? 0] === 1) at++
  return at === from ? -1 : at
}

function isText(from: number, end: number, text: string): boolean {
  if (end - from !== text.length) return false
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false
  return true
}
