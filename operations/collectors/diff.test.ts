import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { diffOf } from './diff.ts'

for (const [before, after, expected] of [
  ['', '', ''],
  ['a', 'a', ' a'],
  ['', 'a', '+a'],
  ['a', '', '-a'],
  ['a b c', 'a x c', ' a -b +x  c'.replace('  c', ' c')],
  ['a b c', 'a c', ' a -b c'],
  ['a c', 'a b c', ' a +b c'],
  ['a b', 'b a', '-a b +a'],
] as const) {
  test(`from "${before}" to "${after}"`, () => {
    const lines = diffOf(before.replaceAll(' ', '\n'), after.replaceAll(' ', '\n'))
    equal(
      lines.map(({ sign, text }) => `${sign.trim()}${text}`).join(' '),
      expected.trim().replaceAll(/ +/g, ' '),
    )
  })
}

test('a diff leads from one text to the other, whatever they are', () => {
  let seed = 7
  const draw = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  for (let round = 0; round < 200; round++) {
    const [a, b] = [0, 0].map(() => Array.from({ length: draw(12) }, () => 'abc'[draw(3)] ?? '').join('\n'))
    const lines = diffOf(a ?? '', b ?? '')
    const side = (sign: string): string =>
      lines.flatMap(line => (line.sign === ' ' || line.sign === sign ? [line.text] : [])).join('\n')
    deepEqual([side('-'), side('+')], [a, b], `seed 7, round ${round}`)
  }
})
