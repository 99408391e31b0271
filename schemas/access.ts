// Who may do what in a Kafka with an authorizer: the one table of the rights that podpipe needs. What `podpipe topics plan --acls` prints,
// what `--check-connections` looks for, what the tests give and take away, and docs/security.md all come from it. Pure.

import { changeIdStartOf, collectorsIdOf, dedupIdStartOf, groupOf, nameStartOf } from './names.ts'

/** Everybody who comes to Kafka for podpipe: the services and the console, whoever changes something by the command line, whoever looks. */
export const roles = ['ingest', 'dedup', 'forwarder', 'console', 'admin', 'viewer'] as const

export type Role = (typeof roles)[number]

/** Kafka's operations, as `kafka-acls.sh` names them. */
export type Operation =
  | 'Read'
  | 'Write'
  | 'Create'
  | 'Delete'
  | 'Alter'
  | 'Describe'
  | 'DescribeConfigs'
  | 'AlterConfigs'

export type ResourceKind = 'topic' | 'group' | 'transactional-id' | 'cluster'

/** What operations are allowed on: one resource, or all whose names begin so. */
export interface Resource {
  readonly on: ResourceKind
  readonly name: string
  readonly isPrefix: boolean
}

/** A line of the table. */
export interface Grant extends Resource {
  readonly role: Role
  readonly operations: readonly Operation[]
  /** What it is for, as the end of a sentence that begins with the role. */
  readonly why: string
}

/** One right of one user of Kafka. */
export interface Right extends Resource {
  /** As Kafka writes it: `User:name`. */
  readonly principal: string
  readonly operation: Operation
}

/**
 * The table for one installation, each role with the least that it works with. Read and Write include Describe, as Kafka has it.
 * @param prefix the first word of every topic, `kafka.prefix`
 */
export function grantsOf(prefix: string): Grant[] {
  const topics = (stage: string): Resource => ({ on: 'topic', name: `${prefix}.${stage}`, isPrefix: true })
  const topic = (name: string): Resource => ({ on: 'topic', name: `${prefix}.${name}`, isPrefix: false })
  const group = (name: string, isPrefix = false): Resource => ({ on: 'group', name, isPrefix })
  const ids = (name: string): Resource => ({ on: 'transactional-id', name, isPrefix: true })
  const line = (role: Role, resource: Resource, operations: Operation[], why: string): Grant => ({
    role,
    ...resource,
    operations,
    why,
  })
  const seesTopics =
    'sees at its start that all topics are there, and asks while it runs whether Kafka answers'
  const followsConsole = 'follows the collectors of the console, where there is one'
  return [
    line('ingest', topics(''), ['Describe'], seesTopics),
    line('ingest', topics('raw.'), ['Write'], 'writes each frame as it came'),
    line('ingest', topic('positions'), ['Read', 'Write'], 'reads and notes how far each stream is'),
    line('ingest', group(groupOf(prefix, 'ingest')), ['Read'], 'shares the streams out among its replicas'),
    line('ingest', topic('history'), ['Write'], 'notes for the console what becomes of its sessions'),
    line('ingest', topic('collectors'), ['Read'], followsConsole),

    line('dedup', topics(''), ['Describe'], seesTopics),
    line(
      'dedup',
      topics('raw.'),
      ['Read', 'DescribeConfigs'],
      'reads the frames, and looks how long they are kept',
    ),
    line(
      'dedup',
      topics('unique.'),
      ['Read', 'Write'],
      'writes each event once, and looks how its last transaction ended',
    ),
    line(
      'dedup',
      topics('seen.'),
      ['Read', 'Write', 'DescribeConfigs'],
      'keeps its ledger, reads it back, and looks how long it is kept',
    ),
    line('dedup', topic('rejected'), ['Write'], 'keeps what cannot go on'),
    line('dedup', group(groupOf(prefix, 'dedup')), ['Read'], 'shares the partitions out among its replicas'),
    line('dedup', ids(dedupIdStartOf(prefix)), ['Write'], 'writes each batch as one transaction'),
    line('dedup', topic('collectors'), ['Read'], followsConsole),

    line('forwarder', topics(''), ['Describe'], seesTopics),
    line('forwarder', topics('unique.'), ['Read'], 'reads the events'),
    line('forwarder', topic('rejected'), ['Write'], 'keeps what an output cannot take'),
    line(
      'forwarder',
      group(groupOf(prefix, 'forwarder-'), true),
      ['Read'],
      'keeps for each output how far it is',
    ),
    line('forwarder', topic('collectors'), ['Read'], followsConsole),

    line('console', topics(''), ['Read'], 'shows what flows, what was rejected, and where everybody is'),
    line(
      'console',
      topic('history'),
      ['Create', 'AlterConfigs', 'Write'],
      'makes the topic, and notes a sample now and then',
    ),
    line(
      'console',
      topic('collectors'),
      ['Create', 'AlterConfigs', 'Write'],
      'makes the topic, and keeps the collectors that people define',
    ),
    line(
      'console',
      topic('redriven'),
      ['Create', 'AlterConfigs', 'Write'],
      'notes which rejects were sent again',
    ),
    line('console', topics('raw.'), ['Write'], 'sends rejects through the whole path once more'),
    line(
      'console',
      group(nameStartOf(prefix), true),
      ['Describe'],
      'sees how far dedup and every output are',
    ),
    line('console', group(groupOf(prefix, 'replay-'), true), ['Read'], 'notes how far a replay is'),
    line(
      'console',
      { on: 'transactional-id', name: collectorsIdOf(prefix), isPrefix: false },
      ['Write'],
      'writes one revision of a collector at a time',
    ),

    line(
      'admin',
      topics(''),
      ['Create', 'Describe', 'DescribeConfigs', 'AlterConfigs', 'Alter', 'Read', 'Write', 'Delete'],
      'makes the topics, adds partitions, replays, moves positions and sends rejects again',
    ),
    line(
      'admin',
      group(nameStartOf(prefix), true),
      ['Read', 'Delete'],
      'notes how far a replay is, and sees who runs',
    ),
    line(
      'admin',
      ids(changeIdStartOf(prefix)),
      ['Write'],
      'writes the ledgers anew when partitions are added',
    ),

    line(
      'viewer',
      topics(''),
      ['Read', 'DescribeConfigs'],
      'looks: tap, find, rejected ls, audit, lag, doctor',
    ),
    line('viewer', group(nameStartOf(prefix), true), ['Describe'], 'sees how far dedup and every output are'),
  ]
}

/** What stands for the role in a pattern of principals. */
export const rolePlace = '{role}'

/** The user of a role, by a pattern such as `User:podpipe-{role}`; without the place of the role one for all. */
export const principalOf = (pattern: string, role: Role): string => pattern.replaceAll(rolePlace, role)

/** The rights of a table, one by one, for the users of a pattern. */
export function rightsOf(grants: readonly Grant[], pattern: string): Right[] {
  return grants.flatMap(({ role, operations, on, name, isPrefix }) =>
    operations.map(operation => ({
      principal: principalOf(pattern, role),
      operation,
      on,
      name,
      isPrefix,
    })),
  )
}

/** Whether a resource of the table is meant by a name. */
export const covers = (resource: Resource, on: ResourceKind, name: string): boolean =>
  resource.on === on && (resource.isPrefix ? name.startsWith(resource.name) : name === resource.name)

/**
 * The command of Kafka's own tools that gives rights on one resource to one user.
 * @param bootstrap a broker, host:port
 */
export function aclCommand(
  bootstrap: string,
  principal: string,
  operations: readonly Operation[],
  { on, name, isPrefix }: Resource,
): string {
  return [
    `kafka-acls.sh --bootstrap-server ${bootstrap} --add --allow-principal ${quoted(principal)}`,
    ...operations.map(operation => `--operation ${operation}`),
    on === 'cluster' ? '--cluster' : `--${on} ${quoted(name)}`,
    ...(isPrefix ? ['--resource-pattern-type prefixed'] : []),
  ].join(' ')
}

/** Distinguished names of certificates have blanks and commas. */
const quoted = (word: string): string =>
  /^[\w.:=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
