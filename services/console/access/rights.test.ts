import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { may, type Person, type Right } from './rights.ts'

const person = (role: Person['role'], seesContent = false): Person => ({ name: 'anna', role, seesContent })

for (const [who, someone, allowed] of [
  ['a stranger', undefined, 'open'],
  ['a viewer', person('viewer'), 'open viewer'],
  ['a viewer who may see events', person('viewer', true), 'open viewer content'],
  ['an operator', person('operator'), 'open viewer operator'],
  ['an admin', person('admin', true), 'open viewer content operator admin'],
  ['an admin where events are switched off', person('admin'), 'open viewer operator admin'],
] as const) {
  test(`${who} may: ${allowed}`, () => {
    const all: Right[] = ['open', 'viewer', 'content', 'operator', 'admin']
    equal(all.filter(right => may(someone, right)).join(' '), allowed)
  })
}
