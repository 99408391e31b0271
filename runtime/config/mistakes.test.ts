// A single slip in any key of the vendor's sample: the first message says at its line which key was meant.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from './fixture.ts'
import { interpret } from './interpret.ts'
import { explain } from './reading/findings.ts'

const around = surroundings(await createPems())
const lines = vendorFile.trimEnd().split('\n')
const freeNames = ['devo_1', 'proofpoint_on_demand']

/** The ways in which a word is mistyped: a letter too few, too many, two swapped, another habit of writing. */
function slips(word: string): string[] {
  const middle = Math.floor(word.length / 2)
  const [before, after] = [word.slice(0, middle), word.slice(middle)]
  const [last, first] = [before.slice(-1), after.slice(0, 1)]
  const all = [
    before + after.slice(1),
    `${before}x${after}`,
    before.slice(0, -1) + first + last + after.slice(1),
    word.toUpperCase(),
    word.replaceAll('_', '-'),
  ]
  return [...new Set(all)].filter(each => each !== word)
}

const lengths = lines.map((line, at) => {
  const [, indent = '', key = '', rest = ''] = /^( *)([a-z_]+):(.*)$/.exec(line) ?? []
  if (key === '' || freeNames.includes(key)) return 0
  const wrong = slips(key)
  test(`${key} in line ${at + 1}: ${wrong.join(', ')}`, () => {
    for (const slip of wrong) {
      const text = lines.toSpliced(at, 1, `${indent}${slip}:${rest}`).join('\n')
      const [fault] = explain('c.yaml', interpret(text, around).findings.faults)
      equal(fault?.line, at + 1, fault?.text)
      equal(fault?.advice.endsWith(`did you mean "${key}"?`), true, fault?.text)
    }
  })
  return wrong.length
})

test('the sample has keys to be mistyped', () => {
  equal(lengths.reduce((sum, each) => sum + each, 0) > 100, true)
})
