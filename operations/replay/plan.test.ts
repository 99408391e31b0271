import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Output } from '@podpipe/runtime/config/config.ts'
import { type Asked, isAskedAlike, isSame, planOf } from './plan.ts'

const now = Date.parse('2024-05-23T12:00:00Z')
const ten = Date.parse('2024-05-22T10:00:00Z')
const output: Output = {
  kind: 'tcp',
  name: 'relay',
  enabled: true,
  services: ['message', 'maillog'],
  maxEventBytes: undefined,
  address: '127.0.0.1',
  port: 514,
  confirm: 'auto',
  connections: 4,
}
const config = { outputs: [output], services: ['message', 'maillog', 'audit'], file: 'config.yaml' }
const asked: Asked = {
  output: 'relay',
  from: '2024-05-22T10:00:00Z',
  to: '2024-05-22T11:00:00Z',
  service: [],
  match: [],
}
const of = (more: Partial<Asked> = {}, at = now) => planOf({ ...asked, ...more }, config, at)

test('a plan has every service of the output, and a name of its own', () => {
  deepEqual(of(), {
    name: 'relay-20240522T100000Z-20240522T110000Z',
    plan: { output: 'relay', from: ten, to: ten + 3_600_000, services: ['message', 'maillog'], ids: [] },
  })
  equal(of({ service: ['message'] }).name, 'relay-20240522T100000Z-20240522T110000Z-message')
  equal(of({ name: 'again' }).name, 'again')
})

test('ids are kept each once, and give the replay another name', () => {
  const { plan, name } = of({ match: ['id=b', 'id=a=1', 'id=b'] })
  deepEqual(plan.ids, ['a=1', 'b'])
  equal(name, of({ match: ['id=a=1', 'id=b'] }).name)
  notEqual(name, of({ match: ['id=b'] }).name)
})

test('a range that means another one later is remembered by its words', () => {
  equal(of().plan.relative, undefined)
  equal(of({ from: '-90m', to: 'now' }).plan.relative, '-90m now')
  equal(of({ from: '2024-05-22', to: 'today' }).plan.relative, '2024-05-22 today')
})

for (const [name, more, same, alike] of [
  ['itself', { from: '-90m', to: 'now' }, true, true],
  ['the other service', { from: '-90m', to: 'now', service: ['message'] }, false, false],
  ['an id', { from: '-90m', to: 'now', match: ['id=a'] }, false, false],
  ['the same range in other words', { from: '-1h30m', to: 'now' }, true, false],
  ['another range', { from: '-91m', to: 'now' }, false, false],
] as const) {
  test(`a plan against ${name}: ${same ? 'the same' : 'another one'}, ${alike ? '' : 'not '}asked alike`, () => {
    const first = of({ from: '-90m', to: 'now' }).plan
    equal(isSame(first, of(more).plan), same)
    equal(isAskedAlike(first, of(more, now + 60_000).plan), alike)
  })
}
