import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { isMeant, selectionOf } from './reject.ts'
import { noon, reject, topics } from './test-reject.ts'

const config = { services: topics.services, file: 'config.yaml' }
const asked = { reason: [], service: [] }

for (const [name, options, expected] of [
  ['everything', {}, true],
  ['its reason', { reason: ['no_id', 'variant'] }, true],
  ['another reason', { reason: ['no_id'] }, false],
  ['its kind', { service: ['message'] }, true],
  ['another kind', { service: ['audit'] }, false],
  ['a time that begins with it', { from: '2026-05-22T12:00:00Z' }, true],
  ['a time that ends before it', { to: '2026-05-22T12:00:00Z' }, false],
  ['the hour around it', { from: '2026-05-22T11:30:00Z', to: '2026-05-22T12:30:00Z' }, true],
] as const) {
  test(`a reject is meant by ${name}: ${expected}`, () => {
    const selection = selectionOf({ ...asked, ...options }, config, noon + 86_400_000)
    equal(isMeant(reject, selection, topics), expected)
  })
}

test('what was sent again is not offered again', () => {
  const selection = { ...selectionOf(asked, config, noon), open: true }
  deepEqual(
    [reject, { ...reject, redriven: noon }].map(each => isMeant(each, selection, topics)),
    [true, false],
  )
})

for (const [options, expected] of [
  [{ reason: ['variants'] }, /--reason variants: nothing is rejected for that\. Did you mean variant\?/],
  [{ service: ['mesage'] }, /--service mesage: config\.yaml knows no such kind/],
  [{ from: 'today', to: 'yesterday' }, /--from today does not lie before --to yesterday/],
] as const) {
  test(`${JSON.stringify(options)} is refused, with what to do`, () => {
    throws(() => selectionOf({ ...asked, ...options }, config, noon), expected)
  })
}
