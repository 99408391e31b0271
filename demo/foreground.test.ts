import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { isInFront } from './foreground.ts'

for (const [who, stat, expected] of [
  ['a process in front', '71 (node) S 70 71 60 34816 71 4194304 0', true],
  ['one in the background', '71 (node) S 70 71 60 34816 60 4194304 0', false],
  ['one whose name has brackets and blanks', '71 (my (node) 8) S 70 71 60 34816 71 4194304 0', true],
] as const)
  test(`${who}: ${expected ? 'what is typed reaches it' : 'it must not read what is typed'}`, () => {
    equal(isInFront(stat), expected)
  })
