import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { tagFault, tagOf } from './tag.ts'

test('a service has the tag of the vendor', () =>
  equal(tagOf('audit', undefined), 'mail.proofpoint.pod.audit'))
test('an override is the whole tag', () => equal(tagOf('audit', 'my.app.a.b'), 'my.app.a.b'))

for (const [tag, fault] of [
  ['a.b.c', undefined],
  ['mail.proofpoint.pod.message', undefined],
  ['A-1.b_2.c', undefined],
  [`a.b.${'c'.repeat(1020)}`, undefined],
  [`a.b.${'c'.repeat(1021)}`, /1025 characters/],
  ['a.b', /2 of at least 3/],
  ['abc', /1 of at least 3/],
  ['a..c', /level ""/],
  ['a.b.', /level ""/],
  ['a.b.c d', /level "c d"/],
  ['a.b.\u00fc', /level "\u00fc"/],
  ['a.b.c\n', /level/],
] as const) {
  test(`the tag ${JSON.stringify(tag.slice(0, 30))} is ${fault === undefined ? 'good' : `refused: ${fault}`}`, () => {
    if (fault === undefined) equal(tagFault(tag), undefined)
    else match(tagFault(tag) ?? '', fault)
  })
}
