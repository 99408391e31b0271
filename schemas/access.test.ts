import { deepEqual, doesNotMatch, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { aclCommand, covers, grantsOf, rightsOf, roles } from './access.ts'
import { changeIdOf, groupOf, transactionalIdOf } from './names.ts'
import { knownServices } from './service.ts'
import { listTopics, topicsOf } from './topics.ts'

for (const prefix of ['pod', 'other'] as const) {
  const grants = grantsOf(prefix)
  const may = (role: string, on: 'topic' | 'group' | 'transactional-id', name: string): string[] =>
    grants
      .filter(grant => grant.role === role && covers(grant, on, name))
      .flatMap(({ operations }) => operations)

  test(`${prefix}: every topic is seen by all, and written by those alone whose it is`, () => {
    for (const { name } of listTopics(topicsOf({ prefix, partitions: 6, services: knownServices }))) {
      for (const role of roles)
        ok(
          may(role, 'topic', name).some(each => /Describe$|Read|Write/.test(each)),
          `${role} ${name}`,
        )
      const [, stage] = name.split('.')
      const writers = roles.filter(role => may(role, 'topic', name).includes('Write'))
      deepEqual(
        writers,
        {
          raw: ['ingest', 'console', 'admin'],
          unique: ['dedup', 'admin'],
          seen: ['dedup', 'admin'],
          rejected: ['dedup', 'forwarder', 'admin'],
          positions: ['ingest', 'admin'],
        }[stage ?? ''],
        name,
      )
    }
  })

  test(`${prefix}: groups and transactional ids are those of the services`, () => {
    deepEqual(may('ingest', 'group', groupOf(prefix, 'ingest')), ['Read'])
    deepEqual(may('dedup', 'group', groupOf(prefix, 'dedup')), ['Read'])
    deepEqual(may('forwarder', 'group', groupOf(prefix, 'forwarder-devo_1')), ['Read'])
    deepEqual(may('admin', 'group', groupOf(prefix, 'replay-x')), ['Read', 'Delete'])
    deepEqual(may('forwarder', 'group', groupOf(prefix, 'dedup')), [])
    deepEqual(may('dedup', 'transactional-id', transactionalIdOf(prefix, 'message', 5)), ['Write'])
    deepEqual(may('admin', 'transactional-id', changeIdOf(prefix, 'message')), ['Write'])
    deepEqual(may('admin', 'transactional-id', transactionalIdOf(prefix, 'message', 5)), [])
  })
}

test('who only looks can change nothing, and no service can change what a topic of the flow is', () => {
  for (const { role, operations, name } of grantsOf('pod')) {
    if (role === 'viewer') doesNotMatch(operations.join(), /Write|Create|Delete|Alter/)
    if (role === 'console' && /\.(?:history|collectors|redriven)$/.test(name)) continue
    if (role !== 'admin' && name.startsWith('pod.')) doesNotMatch(operations.join(), /Create|Delete|Alter/)
  }
})

test('a pattern of principals names a user for each role, or one for all', () => {
  const grants = grantsOf('pod')
  const named = new Set(rightsOf(grants, 'User:podpipe-{role}').map(({ principal }) => principal))
  deepEqual(
    [...named],
    roles.map(role => `User:podpipe-${role}`),
  )
  deepEqual([...new Set(rightsOf(grants, 'User:one').map(({ principal }) => principal))], ['User:one'])
})

test('the command that gives a right can be given to a shell as it is', () => {
  const raw = { on: 'topic', name: 'pod.raw.', isPrefix: true } as const
  equal(
    aclCommand('kafka:9092', 'User:ingest', ['Write'], raw),
    'kafka-acls.sh --bootstrap-server kafka:9092 --add --allow-principal User:ingest --operation Write --topic pod.raw. --resource-pattern-type prefixed',
  )
  equal(
    aclCommand('kafka:9092', "User:CN=it's me,O=x", ['Read', 'Delete'], {
      on: 'group',
      name: 'g',
      isPrefix: false,
    }),
    "kafka-acls.sh --bootstrap-server kafka:9092 --add --allow-principal 'User:CN=it'\\''s me,O=x' --operation Read --operation Delete --group g",
  )
})
