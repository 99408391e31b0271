// Pickles as Python writes them, and pickles that nobody should load.

import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { wholeBelow } from '@podpipe/runtime/test-random.ts'
import { largestPickle, readPickle } from './pickle.ts'
import { PickleError } from './pickle-input.ts'
import type { PickleValue } from './pickle-names.ts'
import { hostile, laughs, states } from './test-pickles.ts'

const ten = Date.UTC(2026, 10, 24, 10)
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')

for (const [protocol, hex] of states.entries()) {
  test(`a state of protocol ${protocol} is read as Python wrote it`, () => {
    const state = readPickle(bytesOf(hex))
    ok(state instanceof Map)
    const { b, ...rest } = Object.fromEntries(state)
    deepEqual(rest, {
      last_event_time: '2026-11-24T10:00:00.000Z',
      n: 12,
      big: 2n ** 70n,
      neg: -300,
      f: 1.5,
      none: null,
      t: true,
      no: false,
      l: [1, [2, 3, 4, 5], []],
      s: new Set([7]),
      when: { kind: 'time', time: ten + 123, isExact: true },
      naive: { kind: 'time', time: ten + 2 * 3_600_000, isExact: false },
      east: { kind: 'time', time: ten, isExact: true },
      uni: '€',
    })
    ok(b instanceof Uint8Array)
    deepEqual([...b], [0, 255])
  })
}

for (const [protocol, hex] of hostile.entries()) {
  test(`a class that wants os.system, protocol ${protocol}, is refused by name and place`, () => {
    throws(
      () => readPickle(bytesOf(hex)),
      /asks for "posix\.system"; podpipe does not run code.*opcode 0x.. at byte \d+/,
    )
  })
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

for (const [name, bytes, expected] of [
  ['nothing', ascii(''), /ends too early/],
  ['a text', ascii('hello'), /recalls number 101/],
  ['the older way to call', ascii("(S'touch x'\nios\nsystem\n."), /asks for INST, opcode 0x69 at byte 12/],
  ['the attributes of an object', ascii('\x80\x02}}b.'), /asks for BUILD, opcode 0x62 at byte 4/],
  ['a value from outside', ascii('\x80\x02Pkey\n.'), /asks for PERSID/],
  ['a call of what is no name', ascii('\x80\x02]]R.'), /calls what is no known name/],
  ['eval', ascii('c__builtin__\neval\n(S"1"\ntR.'), /asks for "__builtin__\.eval"/],
  ['a name that is a list in itself', ascii('\x80\x04]\x94h\x00a(h\x00h\x00\x93.'), /asks for "a value"/],
  ['a number of a megabyte', Buffer.concat([ascii('L'), Buffer.alloc(1 << 20, '9'), ascii('\n.')]), /number/],
  ['ten megabytes', Buffer.alloc(10 << 20), /has 10485760 bytes, and no more than/],
  ['a million marks', Buffer.alloc(1 << 20, '('), /nested deeper than 1000/],
  ['more opcodes than a state has', Buffer.alloc(2 << 20, 'N'), /more than 1000000 opcodes/],
  ['a text of more bytes than there are', ascii('X\xff\xff\xff\xffabc.'), /ends too early: 4294967295 bytes/],
  ['a protocol to come', ascii('\x80\x09N.'), /protocol 9/],
  ['a note that was never made', ascii('h\x05.'), /recalls number 5/],
] satisfies [string, Buffer, RegExp][]) {
  test(`${name} is explained`, () => {
    throws(
      () => readPickle(bytes),
      error => error instanceof PickleError && expected.test(error.message),
    )
  })
}

test('one large text made into bytes again and again takes no memory without end', () => {
  const text = Buffer.alloc(4 << 20, 'a')
  const head = Buffer.concat([ascii('X\x00\x00\x40\x00'), text, ascii('q\x000c_codecs\nencode\nq\x010')])
  const again = ascii('h\x01h\x00\x85R0'.repeat(100))
  throws(() => readPickle(Buffer.concat([head, again, ascii('N.')])), /copies more than/)
  ok(head.length < largestPickle)
})

test('a trillion items by notes are as many as were written', () => {
  let list: PickleValue = readPickle(bytesOf(laughs))
  for (let depth = 0; depth < 40; depth++) {
    ok(Array.isArray(list))
    equal(list[0], list[1])
    list = list[0] ?? null
  }
  deepEqual(list, [])
})

test('every truncation of a state is explained', () => {
  for (const hex of states) {
    const bytes = bytesOf(hex)
    for (let end = 0; end < bytes.length; end++) {
      throws(() => readPickle(bytes.subarray(0, end)), PickleError)
    }
  }
})

test('5,000 random files and changed states are data or explained', () => {
  const seed = 20_260
  const below = wholeBelow(seed)
  let explained = 0
  for (let round = 0; round < 5_000; round++) {
    const isRandom = round % 2 === 0
    const source = bytesOf(states[below(states.length)] ?? '')
    const bytes = isRandom ? Buffer.alloc(1 + below(400)) : source
    const changes = isRandom ? bytes.length : 1 + below(6)
    for (let change = 0; change < changes; change++) {
      bytes[isRandom ? change : below(bytes.length)] = below(256)
    }
    try {
      readPickle(bytes)
    } catch (error) {
      ok(error instanceof PickleError, `seed ${seed}, round ${round}: ${error}`)
      match(error.message, /\w/)
      explained++
    }
  }
  ok(explained > 2_000, `${explained} were explained`)
})
