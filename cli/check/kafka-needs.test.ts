import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { interpret } from '@podpipe/runtime/config/interpret.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import type { Rights } from '@podpipe/runtime/kafka/administration/rights.ts'
import { listTopics } from '@podpipe/schemas/topics.ts'
import { missingRights, needsOf } from './kafka-needs.ts'

const { config } = interpret(vendorFile, surroundings(await createPems()))
if (config === undefined) throw new Error('the fixture is no configuration')
const topics = topicsOfConfig(config)
const needs = needsOf(config, topics)

test('every topic of the table is needed by somebody, and every output has its group', () => {
  const named = new Set(needs.filter(({ on }) => on === 'topic').map(({ name }) => name))
  deepEqual(
    [...named].sort(),
    listTopics(topics)
      .map(({ name }) => name)
      .concat('pod.history', 'pod.collectors', 'pod.redriven')
      .sort(),
  )
  const ofOthers = needs.filter(({ service }) => service !== 'console')
  deepEqual(
    ofOthers.filter(({ on }) => on === 'group').map(({ name }) => name),
    ['podpipe-ingest', 'podpipe-dedup', 'podpipe-forwarder-devo_1'],
  )
  deepEqual(
    ofOthers.filter(({ on }) => on === 'transactional-id').map(({ name }) => name),
    ['message', 'maillog', 'audit'].map(service => `podpipe-dedup-${service}-0`),
  )
})

test('the console needs its rights unless it is switched off', () => {
  const own = needs.filter(({ service }) => service === 'console')
  const of = (name: string) => own.find(each => each.name === name)?.may
  deepEqual(of('pod.raw.message'), ['Read', 'Write'])
  deepEqual(of('pod.collectors'), ['Read', 'Create', 'AlterConfigs', 'Write'])
  deepEqual(of('podpipe-dedup'), ['Describe'])
  deepEqual(of('podpipe-replay-any'), ['Describe', 'Read'])
  deepEqual(of('podpipe-collectors'), ['Write'])
  const off = needsOf({ ...config, console: { ...config.console, enabled: false } }, topics)
  equal(
    off.some(({ service }) => service === 'console'),
    false,
  )
})

test('what Kafka does not allow is missing; what it does not tell is not', () => {
  const rights = new Map<string, Rights>([
    ['topic pod.raw.message', ['Read', 'Describe', 'DescribeConfigs']],
    ['topic pod.raw.maillog', undefined],
    ['group podpipe-dedup', []],
  ])
  const missed = (name: string): string[] =>
    missingRights(
      needs.filter(({ service }) => service === name),
      rights,
    )
  deepEqual(missed('ingest'), ['Write on topic pod.raw.message'])
  deepEqual(missed('dedup'), ['Read on group podpipe-dedup'])
  deepEqual(missed('console'), ['Write on topic pod.raw.message', 'Describe on group podpipe-dedup'])
  equal(missingRights(needs, new Map()).length, 0)
})
