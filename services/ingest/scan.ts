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
// From 0x80 on anything, UTF-8 or not: what is none becomes a replacement character, which a string may hold, and
// no broken sequence swallows the ASCII behind it. Outside of strings such bytes are in no table.
const inString = table(byte => byte >= 0x20 && byte !== quote && byte !== backslash)
const isSpace = oneOf(' \t\n\r')
const isDigit = oneOf('0123456789')
const isHex = oneOf('0123456789abcdefABCDEF')
const isEscape = oneOf('"\\/bfnrt')

/**
 * What is done for every byte or token stands in this one function: as functions of their own the same loops take
 * more than twice the time.
 * @returns undefined where JSON.parse has to decide
 */
export function scan(bytes: Buffer, { idField, timeField }: Fields): Found | undefined {
  // Of a field that stands twice, the last one counts.
  const found: { id: string | undefined; time: string | undefined } = { id: undefined, time: undefined }
  let depth = 0
  let kinds = 0
  let atKey = false
  let at = 0
  while (isSpace[bytes[at] ?? 0] === 1) at++
  if (bytes[at] !== openObject) return undefined
  for (;;) {
    let field: keyof Found | undefined
    if (atKey) {
      if (bytes[at] !== quote) return undefined
      const start = ++at
      while (inString[bytes[at] ?? 0] === 1) at++
      // What a name with escapes comes to at the top, JSON.parse may say.
      if (bytes[at] === backslash && depth > 1) at = endOfString(bytes, at)
      if (bytes[at] !== quote) return undefined
      if (depth === 1) {
        if (isText(bytes, start, at, idField)) field = 'id'
        else if (isText(bytes, start, at, timeField)) field = 'time'
      }
      at++
      while (isSpace[bytes[at] ?? 0] === 1) at++
      if (bytes[at++] !== colon) return undefined
      while (isSpace[bytes[at] ?? 0] === 1) at++
    }

    const first = bytes[at]
    if (field !== undefined) found[field] = undefined
    if (first === openObject || first === openList) {
      if (depth === deepest) return undefined
      atKey = first === openObject
      depth++
      kinds = (kinds << 1) | (atKey ? 1 : 0)
      at++
      while (isSpace[bytes[at] ?? 0] === 1) at++
      if (bytes[at] !== (atKey ? closeObject : closeList)) continue
    } else if (first === quote) {
      const start = ++at
      while (inString[bytes[at] ?? 0] === 1) at++
      if (bytes[at] === backslash && field === undefined) at = endOfString(bytes, at)
      if (bytes[at] !== quote) return undefined
      if (field !== undefined) found[field] = bytes.toString('utf8', start, at)
      at++
    } else {
      at = endOfScalar(bytes, at)
      if (at < 0) return undefined
    }

    for (;;) {
      while (isSpace[bytes[at] ?? 0] === 1) at++
      const next = bytes[at++]
      atKey = (kinds & 1) === 1
      if (next === comma) break
      if (next !== (atKey ? closeObject : closeList)) return undefined
      depth--
      kinds >>>= 1
      if (depth === 0) return isRestSpace(bytes, at) ? found : undefined
    }
    while (isSpace[bytes[at] ?? 0] === 1) at++
  }
}

function isRestSpace(bytes: Buffer, from: number): boolean {
  let at = from
  while (isSpace[bytes[at] ?? 0] === 1) at++
  return at === bytes.length
}

/** Where a string ends, at its quote; below 0 where it is none. */
function endOfString(bytes: Buffer, from: number): number {
  for (let at = from; ; ) {
    while (inString[bytes[at] ?? 0] === 1) at++
    if (bytes[at] === quote) return at
    if (bytes[at] !== backslash) return -1
    if (bytes[at + 1] === letterU) {
      if (!isHexFour(bytes, at + 2)) return -1
      at += 6
    } else if (isEscape[bytes[at + 1] ?? 0] === 1) at += 2
    else return -1
  }
}

function isHexFour(bytes: Buffer, at: number): boolean {
  return (
    isHex[bytes[at] ?? 0] === 1 &&
    isHex[bytes[at + 1] ?? 0] === 1 &&
    isHex[bytes[at + 2] ?? 0] === 1 &&
    isHex[bytes[at + 3] ?? 0] === 1
  )
}

/** Where a number or a literal ends; below 0 where it is none. */
function endOfScalar(bytes: Buffer, from: number): number {
  const first = bytes[from]
  if (first === letterT) return isText(bytes, from, from + 4, 'true') ? from + 4 : -1
  if (first === letterF) return isText(bytes, from, from + 5, 'false') ? from + 5 : -1
  if (first === letterN) return isText(bytes, from, from + 4, 'null') ? from + 4 : -1
  const whole = first === minus ? from + 1 : from
  let at = bytes[whole] === zero ? whole + 1 : endOfDigits(bytes, whole)
  if (at > 0 && bytes[at] === point) at = endOfDigits(bytes, at + 1)
  if (at > 0 && (bytes[at] === smallE || bytes[at] === largeE)) {
    const isSigned = bytes[at + 1] === plus || bytes[at + 1] === minus
    at = endOfDigits(bytes, isSigned ? at + 2 : at + 1)
  }
  return at
}

function endOfDigits(bytes: Buffer, from: number): number {
  let at = from
  while (isDigit[bytes[at] ?? 0] === 1) at++
  return at === from ? -1 : at
}

function isText(bytes: Buffer, from: number, end: number, text: string): boolean {
  if (end - from !== text.length) return false
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false
  return true
}
