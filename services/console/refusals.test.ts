// What the API refuses names what a person at the page can do. A command stands in it only where nothing on the page does it, and
// then what there is on the page stands beside it.

import { deepEqual, doesNotMatch, equal } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { meaningOf } from '@podpipe/operations/rejected/meanings.ts'
import { selectionOf } from '@podpipe/operations/rejected/reject.ts'
import { requireRest } from '@podpipe/operations/replay/job.ts'
import { encodeReplay } from '@podpipe/operations/replay/memo.ts'
import { planOf } from '@podpipe/operations/replay/plan.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { rangeOptions } from '@podpipe/operations/times.ts'
import type { Output } from '@podpipe/runtime/config/config.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import { refusalOf } from './errors.ts'

const command =
  /podpipe (audit|config|doctor|find|health|lag|positions|rejected|replay|run|status|tap|top|topics|validate)\b|--[a-z]|Ctrl-C/
const now = Date.parse('2026-05-22T12:00:00Z')
const output = (name: string, more: object = {}): Output =>
  ({ name, enabled: true, kind: 'tls', services: ['message'], ...more }) as unknown as Output
const config = {
  file: '/etc/podpipe.yaml',
  services: ['message', 'audit'],
  outputs: [output('devo'), output('off', { enabled: false }), output('here', { kind: 'console' })],
}
const asked = { output: 'devo', from: '-2h', to: '-1h', service: [], match: [] }
const plan = (change: object) => () => planOf({ ...asked, ...change }, config, now)
const share = {
  topic: 'pod.unique.message',
  partition: 0,
  start: 0,
  end: 9,
  offset: 9,
  confirmed: 9,
  refused: {},
}
const run = { id: 'a', beat: 1, isOpen: false, begun: now, doubled: 0, atStake: 0 }
const stored = { name: 'old', plan: { ...planOf(asked, config, now).plan }, run, shares: [share] }

for (const [name, act, where, fix] of [
  ['a time that is none', () => rangeOptions('soon', undefined, now), 'from', /^Write one such as/],
  ['a time ahead', () => rangeOptions(undefined, '2030-01-01', now), 'to', /^Write a time that has passed/],
  ['a range that holds nothing', () => rangeOptions('-1h', '-2h', now), 'from', /^from is the first moment/],
  [
    'a kind that is none',
    () => servicesOf(config, ['mesage']),
    'service',
    /Did you mean message\?.* or leave service out/,
  ],
  [
    'a reason that is none',
    () => selectionOf({ reason: ['varaint'], service: [] }, config, now),
    'reason',
    /^Did you mean variant/,
  ],
  ['an output that is none', plan({ output: 'dveo' }), 'output', /^Did you mean devo/],
  ['an output that is off', plan({ output: 'off' }), 'output', /^Write enabled: true/],
  ['an output without a peer', plan({ output: 'here' }), 'output', /^Name an output with an address/],
  ['a kind that the output does not take', plan({ service: ['audit'] }), 'service', /^Name one of these/],
  ['a name that Kafka does not take', plan({ name: 'a b' }), 'name', /^Write 1 to 60 letters/],
  [
    'too many ids',
    () => encodeReplay({ ...stored, plan: { ...stored.plan, ids: Array(200).fill('x'.repeat(40)) } }),
    'ids',
    /^Make several replays of them, each with another name/,
  ],
  [
    'a replay that is finished',
    () => requireRest(stored),
    'POST /x',
    /^To send its events once more, give another name/,
  ],
  [
    'a replay that was ended',
    () => requireRest({ ...stored, run: { ...run, isOver: true } }),
    'POST /x',
    /^To send what it left, begin one with another name/,
  ],
] as const) {
  test(`${name} is refused in the words of the page`, () => {
    const error = thrownBy(act)
    const { status, body } = refusalOf(error, 'POST /x', createLog('test', 'silent'))
    deepEqual([status, body.where], [422, where])
    equal(fix.test(body.fix), true, body.fix)
    doesNotMatch(`${body.why} ${body.fix}`, command)
  })
}

for (const reason of rejectReasons) {
  test(`what to do about ${reason} is said in the words of the page`, () =>
    doesNotMatch(meaningOf(reason, 'page').action, command))
}

// In these nothing on the page does it: the work is in another process.
const both = ['end-for-good.ts', 'replays.ts']

test('whatever operations refuse has words for the page where those of the command line name a command', () => {
  const root = fileURLToPath(new URL('../../operations', import.meta.url))
  const found = globSync('**/*.ts', { cwd: root })
    .filter(file => !file.endsWith('.test.ts'))
    .filter(file =>
      // Where it says what it concerns a flag is the name of a field.
      [
        ...readFileSync(`${root}/${file}`, 'utf8').matchAll(/new ConfigurationError\(([\s\S]*?)\n? *\)\n/g),
      ].some(([, text = '']) => command.test(text.replace(/^\s*[`'"]--\w+/, ''))),
    )
  deepEqual(found.map(file => file.split('/').at(-1)).sort(), both)
})

test('whatever the console refuses itself names a command only beside what the page does', () => {
  const root = fileURLToPath(new URL('.', import.meta.url))
  const found = globSync(['*.ts', 'api/*.ts', 'access/*.ts'], { cwd: root })
    .filter(file => !file.endsWith('.test.ts'))
    .flatMap(file => [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/fix: *(?:\n *)?([`'].*)/g)])
    .flatMap(([, text = '']) => (command.test(text) ? [text.slice(1, 50)] : []))
  deepEqual(found.sort(), [
    'Give the user that podpipe is to Kafka the right ',
    'Narrow the range around the time of the event, or',
  ])
})

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was refused')
}
