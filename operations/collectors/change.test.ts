// A change as it is previewed: what is refused, what is said, what would be written.

import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { sealingKeyOf } from '@podpipe/runtime/collectors/sealing.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { createPems, surroundings, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { interpret } from '@podpipe/runtime/config/interpret.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { type Change, type Prepared, prepare } from './change.ts'
import { inForce, type Revisions, StaleError } from './store.ts'

const files = surroundings(await createPems())
const config = interpret(vendorFile, files).config as PodpipeConfig
const key = sealingKeyOf('k'.repeat(32))
const around = { env: {}, now: files.now, readText: files.readText }
const text = (name = 'globex', cluster = 'globex_hosted', more = '') =>
  `{"inputs":{"${name}":{"id":"1",${more}"credentials":{"cluster_id":"${cluster}","api_key":"secret"},"services":{"message":{}}}}}`

/** Applies changes one after the other, as the topic would have them. */
function after(...changes: Change[]): Revisions {
  const revisions = new Map<string, Collector[]>()
  for (const change of changes) {
    const prepared = work(change, revisions)
    if (prepared.next === undefined) throw new Error(JSON.stringify(prepared.faults))
    const revision = { ...prepared.next, revision: prepared.seen + 1, at: 0, by: 'anna' }
    revisions.set(prepared.name, [...(revisions.get(prepared.name) ?? []), revision])
  }
  return revisions
}

const work = (change: Change, revisions: Revisions): Prepared =>
  prepare(change, { config, revisions, key, around })
const add: Change = { does: 'add', text: text() }
const said = ({ effects }: Prepared): string[] =>
  effects.sessions.map(({ session, what }) => `${session} ${what}`)

test('added, disabled, enabled, removed, and added again: each says what it does', () => {
  const steps: [Change, string[]][] = [
    [add, ['globex_hosted/message starts']],
    [{ does: 'disable', name: 'globex', seen: 1 }, ['globex_hosted/message stops']],
    [{ does: 'enable', name: 'globex', seen: 2 }, ['globex_hosted/message starts']],
    [{ does: 'remove', name: 'globex', seen: 3 }, ['globex_hosted/message stops']],
    [{ does: 'add', text: text() }, ['globex_hosted/message starts']],
  ]
  steps.forEach(([change, expected], at) => {
    const before = after(...steps.slice(0, at).map(([done]) => done))
    const prepared = work(change, before)
    deepEqual(said(prepared), expected)
    equal(prepared.seen, at)
  })
})

test('going back is a new revision with what the old one said', () => {
  const edited: Change = { does: 'edit', name: 'globex', seen: 1, text: text('globex', 'other_hosted') }
  const before = after(add, edited)
  const back = work({ does: 'roll_back', name: 'globex', seen: 2, to: 1 }, before)
  equal(back.next?.definition, before.get('globex')?.[0]?.definition)
  equal(back.next?.from_revision, 1)
  deepEqual(said(back), ['globex_hosted/message starts', 'other_hosted/message stops'])
  deepEqual(
    back.diff.filter(({ sign }) => sign !== ' ').map(({ sign, text }) => `${sign}${text.trim()}`),
    ['-"cluster_id": "other_hosted",', '+"cluster_id": "globex_hosted",'],
  )
})

for (const [name, change] of [
  ['an old revision', { does: 'disable', name: 'globex', seen: 1 }],
  ['a collector that is not there', { does: 'remove', name: 'nobody', seen: 1 }],
  ['a revision to go back to that is not there', { does: 'roll_back', name: 'globex', seen: 2, to: 7 }],
] as const satisfies readonly (readonly [string, Change])[]) {
  test(`${name} is refused`, () => {
    const revisions = after(add, { does: 'disable', name: 'globex', seen: 1 })
    throws(() => work(change, revisions), StaleError)
  })
}

for (const [name, change, expected] of [
  [
    'a name of the file',
    { does: 'add', text: text('proofpoint_on_demand') },
    /is an input of the configuration file/,
  ],
  ['a name of another collector', add, /is another collector/],
  [
    'a stream of another collector',
    { does: 'add', text: text('initech') },
    /same stream of globex_hosted as the input globex/,
  ],
  [
    'a stream of the file',
    { does: 'add', text: text('initech', 'acme_hosted') },
    /same stream of acme_hosted as the input proofpoint/,
  ],
] as const satisfies readonly (readonly [string, Change, RegExp])[]) {
  test(`${name} that is taken is told before anything is written`, () => {
    const { next, faults } = work(change, after(add))
    equal(next, undefined)
    match(faults.map(each => `${each.what}; ${each.advice}`).join(), expected)
  })
}

test('one whose stream was given to another meanwhile cannot be enabled', () => {
  const revisions = after(
    add,
    { does: 'disable', name: 'globex', seen: 1 },
    { does: 'add', text: text('initech') },
  )
  const { next, faults } = work({ does: 'enable', name: 'globex', seen: 2 }, revisions)
  equal(next, undefined)
  match(faults[0]?.what ?? '', /reads the same stream of globex_hosted as the input/)
  equal(inForce(revisions).length, 2)
})
