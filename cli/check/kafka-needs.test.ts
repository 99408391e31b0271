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
      .sort(),
  )
  deepEqual(
    needs.filter(({ on }) => on === 'group').map(({ name }) => name),
    ['podpipe-ingest', 'podpipe-dedup', 'podpipe-forwarder-devo_1'],
  )
})

test('what Kafka does not allow is missing; what it does not tell is not', () => {
  const rights = new Map<string, Rights>([
    ['topic pod.raw.message', ['read']],
    ['topic pod.raw.maillog', undefined],
    ['group podpipe-dedup', []],
  ])
  deepEqual(missingRights(needs, rights), ['write topic pod.raw.message', 'read group podpipe-dedup'])
  equal(missingRights(needs, new Map()).length, 0)
})
