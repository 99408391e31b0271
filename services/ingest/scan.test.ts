// The scanner against JSON.parse: where it answers, it answers the same. The seed is printed; SEED=N repeats a run.

import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { scan } from './scan.ts'
import { parse } from './to-record.ts'

const fields = { idField: 'guid', timeField: 'ts' }
const of = (text: string) => Buffer.from(text)
const nested = (open: string, close: string, depth: number): string =>
  `{"guid":"g","a":${open.repeat(depth)}${close.repeat(depth)}}`

for (const [name, bytes, id, time] of [
  ['both', of('{"guid":"g","ts":"t"}'), 'g', 't'],
  ['neither', of('{}'), undefined, undefined],
  [
    'space wherever it may be',
    of(' \t\r\n{ "guid" : "g" ,\n"a" : [ ] , "b" : { } , "c" : [ 1 , 2 ] } \n'),
    'g',
    undefined,
  ],
  ['twice: the last one', of('{"guid":"a","guid":"b"}'), 'b', undefined],
  ['twice, and the last one is no text', of('{"guid":"a","guid":7}'), undefined, undefined],
  ['twice, and the first one is no text', of('{"guid":{"guid":"x"},"guid":"b"}'), 'b', undefined],
  ['further down', of('{"a":{"guid":"x"},"b":[{"ts":"y"}]}'), undefined, undefined],
  ['behind __proto__', of('{"__proto__":{"guid":"p"}}'), undefined, undefined],
  ['not the whole name', of('{"gui":"a","guids":"b","Guid":"c"}'), undefined, undefined],
  [
    'every kind of value',
    of('{"a":[true,false,null,0,-0,1.5,-1e9,2E+3,4e-1],"b":"\\u00e9\\n\\/","ts":"t"}'),
    undefined,
    't',
  ],
  ['empty text', of('{"guid":"","ts":""}'), '', ''],
  ['UTF-8', of('{"guid":"é€😀"}'), 'é€😀', undefined],
  [
    'what is no UTF-8',
    Buffer.from('{"guid":"a\xff\xe2\x82b","\xc3":"\xf0\x9f"}', 'latin1'),
    'a\ufffd\ufffdb',
    undefined,
  ],
  ['thirty levels', of(nested('[', ']', 29)), 'g', undefined],
] as const) {
  test(`found: ${name}`, () => {
    deepEqual(scan(bytes, fields), { id, time })
    deepEqual(parse(bytes, fields), { id, time })
  })
}

for (const [name, text] of [
  ['nothing', ''],
  ['a list', '[{"guid":"g"}]'],
  ['a text', '"guid"'],
  ['torn', '{"guid":"g"'],
  ['torn in a text', '{"guid":"g'],
  ['torn in an escape', '{"guid":1,"a":"\\u00'],
  ['something behind', '{"guid":"g"}x'],
  ['two objects', '{"guid":"g"}{}'],
  ['a byte order mark', '\ufeff{"guid":"g"}'],
  ['a comma too many', '{"guid":"g",}'],
  ['a comma too many in a list', '{"a":[1,]}'],
  ['no comma', '{"a":1 "b":2}'],
  ['closed by the wrong bracket', '{"a":[1}]'],
  ['a name that is none', '{guid:"g"}'],
  ['no colon', '{"guid" "g"}'],
  ['a line feed in a text', '{"a":"x\ny"}'],
  ['an escape that is none', '{"a":"\\x"}'],
  ['an escape of three digits', '{"a":"\\u123g"}'],
  ['a leading zero', '{"a":01}'],
  ['a plus sign', '{"a":+1}'],
  ['a bare minus', '{"a":-}'],
  ['a point and nothing', '{"a":1.}'],
  ['an exponent and nothing', '{"a":1e}'],
  ['a literal too long', '{"a":nulll}'],
  ['a literal that is none', '{"a":nul}'],
  ['no-break space', '{\u00a0"a":1}'],
  ['an escape in a name at the top', '{"g\\u0075id":"g"}'],
  ['an escape in the id', '{"guid":"\\u0067"}'],
  ['thirty-one levels', nested('[', ']', 30)],
  ['100,000 levels', nested('[', ']', 100_000)],
  ['100,000 levels of objects', nested('{"a":', '}', 100_000)],
  ['more than a mebibyte', `{"guid":"${'g'.repeat(2 ** 20)}"}`],
] as const) {
  test(`left to JSON.parse: ${name}`, () => equal(scan(of(text), fields), undefined))
}

test('a mebibyte is still read', () => {
  const id = 'g'.repeat(2 ** 20 - '{"guid":""}'.length)
  deepEqual(scan(of(`{"guid":"${id}"}`), fields), { id, time: undefined })
})

test('what an earlier event has left behind does not make a torn one whole', () => {
  const whole = '{"guid":"g","a":[true,"x\\n\\u00e9",-1.5e3]} '
  for (let length = 0; length < whole.length - 1; length++) {
    notEqual(scan(of(whole), fields), undefined)
    equal(scan(of(whole.slice(0, length)), fields), undefined, whole.slice(0, length))
  }
})

test('any byte at any place of a text', () => {
  for (let byte = 0; byte < 256; byte++) {
    for (let place = 0; place < 9; place++) {
      const bytes = of('{"a":"\u00ff12345","guid":"g"}')
      bytes[bytes.indexOf('\u00ff') + place] = byte
      const found = scan(bytes, fields)
      if (found !== undefined) deepEqual(found, parse(bytes, fields))
      const isPlain = byte >= 0x20 && byte !== 0x22 && byte !== 0x5c
      if (place < 7) equal(found !== undefined, isPlain, `byte ${byte} at ${place}`)
    }
  }
})

test('whatever is done to an event, the scanner says what JSON.parse says', t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}; SEED=${seed} repeats it`)
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) % below
  }
  const events = [
    '{"guid":"oEXAMPLE-id_1","ts":"2024-05-22T12:10:03.058340-0700","n":-1.5e+3,"l":[true,false,null,"\\u00e9\\"",[]],"o":{}}',
    '{ "a" : { "guid" : "x", "ts": 0 } ,\r\n "ts" : "2024", "guid" : "é\\n", "guid":"z€" }\n',
  ]
  const awkward = '{}[],:"\\ \n\t\u0000\u001f/eE+-.0123tfnu'
  const count = { found: 0, left: 0, wrong: 0 }
  for (let run = 0; run < 60_000; run++) {
    let bytes = of(events[random(events.length)] ?? '')
    for (let change = random(4); change > 0; change--) {
      const at = random(bytes.length)
      const until = Math.min(bytes.length, at + random(3))
      const from = random(bytes.length)
      const put = [
        of(awkward.charAt(random(awkward.length))),
        Buffer.from([128 + random(128)]),
        bytes.subarray(from, from + random(30)),
        of(''),
      ][random(4)]
      bytes = Buffer.concat([bytes.subarray(0, at), put ?? of(''), bytes.subarray(until)])
    }
    const found = scan(bytes, fields)
    const expected = parse(bytes, fields)
    if (expected === undefined) count.wrong++
    if (found === undefined) count.left++
    else {
      count.found++
      deepEqual(found, expected, `seed ${seed}, run ${run}: ${JSON.stringify(bytes.toString('latin1'))}`)
    }
  }
  // Otherwise the changes would test nothing.
  equal(count.found > 5_000 && count.wrong > 5_000, true, JSON.stringify(count))
})
