import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprint } from './fingerprint.ts'

// Vectors of the Avro project's own schema tests.
for (const [canonical, expected] of [
  ['"null"', 7195948357588979594n],
  ['"int"', 8247732601305521295n],
  ['"float"', 5583340709985441680n],
] as const) {
  test(`the fingerprint of ${canonical} is the one of the Avro specification`, () => {
    equal(fingerprint(canonical), expected)
  })
}
