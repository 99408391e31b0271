import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { roleOfGroups } from './groups.ts'
import { may, type Person, type Right, seesContent } from './rights.ts'

const person = (role: Person['role'], seesContent = false) => ({ role, seesContent })

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

for (const [content, seeing] of [
  ['none', ''],
  ['viewer', 'viewer operator admin'],
  ['operator', 'operator admin'],
  ['admin', 'admin'],
] as const) {
  test(`content: ${content} shows events to ${seeing || 'nobody'}`, () =>
    equal(
      (['viewer', 'operator', 'admin'] as const).filter(role => seesContent(role, content)).join(' '),
      seeing,
    ))
}

const groups = { viewer: ['staff', 'all'], operator: ['mail'], admin: ['root'] }

for (const [names, otherwise, expected] of [
  [['staff'], 'none', 'viewer'],
  [['staff', 'mail'], 'none', 'operator'],
  [['root', 'staff'], 'none', 'admin'],
  [['others'], 'none', undefined],
  [['others'], 'viewer', 'viewer'],
  [[], 'none', undefined],
  [['Root'], 'none', undefined],
  [['mail'], 'admin', 'operator'],
] as const) {
  test(`somebody of ${names.join(', ') || 'no group'}, otherwise ${otherwise}, is ${expected ?? 'not let in'}`, () =>
    equal(roleOfGroups(names, { ...groups, otherwise }), expected))
}
