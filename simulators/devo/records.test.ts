import assert from 'node:assert/strict'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { createRandom } from '../random.ts'
import { createRecordSplitter } from './records.ts'

/** Pushes chunks through a splitter. */
function run(chunks: readonly Buffer[]) {
  const records: string[] = []
  const broken: string[] = []
  const splitter = createRecordSplitter({
    record: bytes => void records.push(bytes.toString()),
    broken: why => void broken.push(why),
  })
  for (const chunk of chunks) splitter.push(chunk)
  return { records, broken, torn: splitter.end() }
}

const zip = (text: string) => gzipSync(text)
const join = (...parts: (string | Buffer)[]) => Buffer.concat(parts.map(part => Buffer.from(part)))

/** A member whose header has every optional field: extra, name, comment and CRC. */
function ornate(text: string) {
  const plain = zip(text)
  const extras = join('\x03\x00abc', 'name\0', 'comment\0', '\x00\x00')
  const head = Buffer.from(plain.subarray(0, 10))
  head[3] = 2 + 4 + 8 + 16
  return join(head, extras, plain.subarray(10))
}

const rows: readonly [name: string, stream: Buffer, records: string[], torn?: number][] = [
  ['a line ends with LF', join('<1>a\n<2>b\n'), ['<1>a', '<2>b']],
  ['CR and NUL end a line too', join('<1>a\r<2>b\0<3>c\n'), ['<1>a', '<2>b', '<3>c']],
  ['CR LF makes no empty record', join('<1>a\r\n\r\n<2>b\n'), ['<1>a', '<2>b']],
  ['blanks before a record are skipped, blanks at its end are kept', join(' \t\0<1>a \n'), ['<1>a ']],
  ['a line without its end is torn', join('<1>a\n<2>b'), ['<1>a'], 4],
  ['blanks after the last record are not torn', join('<1>a\n \n '), ['<1>a']],
  ['an octet-counted record keeps line feeds inside', join('7 <1>a\nb\n<2>c\n'), ['<1>a\nb', '<2>c']],
  ['the last line feed of a counted record is its end, once', join('6 <1>a\n\n'), ['<1>a\n']],
  ['a counted record need not end with a line feed', join('4 <1>a', '4 <2>b'), ['<1>a', '<2>b']],
  ['the count is of bytes', join('8 <1>\u20acz\n'), ['<1>\u20acz']],
  ['a counted record that is cut off is torn', join('9 <1>a'), [], 6],
  ['digits alone are torn', join('12'), [], 2],
  ['digits without a blank are an ordinary line', join('12x\n<1>a\n'), ['12x', '<1>a']],
  ['a number too long for a count is an ordinary line', join('12345678901 x\n'), ['12345678901 x']],
  ['text without any header is a record of its own', join('hello\n'), ['hello']],
  ['a gzip member holds lines', zip('<1>a\n<2>b\n'), ['<1>a', '<2>b']],
  [
    'members and lines may follow each other',
    join('<0>\n', zip('<1>a\n'), zip('<2>b\n'), '<3>c\n'),
    ['<0>', '<1>a', '<2>b', '<3>c'],
  ],
  ['blanks may stand before a member', join(' \n', zip('<1>a\n')), ['<1>a']],
  ['a lone 1f between records is a blank', join('\x1f<1>a\n'), ['<1>a']],
  ['a member may hold a counted record', zip('6 <1>\na\n'), ['<1>\na']],
  ['a member may have name, comment, extra field and header CRC', ornate('<1>a\n'), ['<1>a']],
  ['a member that is cut off is torn', zip('<1>a\n').subarray(0, -1), [], zip('<1>a\n').length - 1],
]

for (const [name, stream, records, torn = 0] of rows) {
  test(`${name}, in one piece, byte by byte, and in pieces of any length`, () => {
    const expected = { records, broken: [], torn }
    assert.deepEqual(run([stream]), expected)
    assert.deepEqual(run([...stream].map(byte => Buffer.from([byte]))), expected)
    const random = createRandom(stream.length)
    for (let round = 0; round < 20; round++) {
      const chunks: Buffer[] = []
      for (let at = 0; at < stream.length; ) {
        const size = 1 + random.below(7)
        chunks.push(stream.subarray(at, at + size))
        at += size
      }
      assert.deepEqual(run(chunks), expected)
    }
  })
}

function spoilt(at: number) {
  const member = zip('<1>a\n')
  member[at] = (member[at] ?? 0) ^ 0x55
  return member
}

for (const [name, member, why] of [
  ['a wrong checksum', spoilt(zip('<1>a\n').length - 8), /CRC/],
  ['a wrong length', spoilt(zip('<1>a\n').length - 1), /length/],
  ['a wrong method', spoilt(2), /no gzip header/],
  ['reserved flags', spoilt(3), /reserved/],
  ['a corrupt stream', spoilt(10), /corrupt/],
  ['a record that goes on beyond the member', zip('<1>a\n<2>b'), /inside a record/],
] as const) {
  test(`a member with ${name} is reported as broken, once`, () => {
    const { broken } = run([member, Buffer.from('\n')])
    assert.equal(broken.length, 1)
    assert.match(broken[0] ?? '', why)
  })
}

test('a line of 8 MB in small chunks comes out whole', () => {
  const chunk = Buffer.alloc(16_384, 'x')
  const { records, torn } = run([...new Array<Buffer>(512).fill(chunk), Buffer.from('\n')])
  assert.deepEqual([records.length, records[0]?.length, torn], [1, 512 * 16_384, 0])
})
