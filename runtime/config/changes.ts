// From one configuration to the next: what has changed, and what each change takes. Pure; the table is the whole rule.

import type { ServiceName } from '../service.ts'
import type { Input, InputService, Output, PodpipeConfig } from './config.ts'

/**
 * What a change takes: `live` counts from now on and ends nothing; `part` ends one session, or one output, and begins
 * it anew; `restart` counts after the next start of podpipe, and until then what was.
 */
export type Effect = 'live' | 'part' | 'restart'

export interface Change {
  /** The key as the file has it; that of the input or of the output, where one as a whole has changed. */
  readonly key: string
  readonly what: 'changed' | 'added' | 'removed'
  readonly effect: Effect
  /** The services that it means something to. */
  readonly concerns: readonly ServiceName[]
  /** Why it needs a restart. */
  readonly why?: string
}

interface Rule {
  readonly key: string
  /** Where the value is in PodpipeConfig. */
  readonly at: readonly string[]
  readonly effect: Effect
  readonly concerns: readonly ServiceName[]
  readonly why?: string
}

const all = ['ingest', 'dedup', 'forwarder', 'console'] as const

const live = (key: string, at: string, ...concerns: readonly ServiceName[]): Rule => ({
  key,
  at: at.split('.'),
  effect: 'live',
  concerns,
})

const part = (key: string, at: string, ...concerns: readonly ServiceName[]): Rule => ({
  ...live(key, at, ...concerns),
  effect: 'part',
})

const restart = (key: string, at: string, why: string, ...concerns: readonly ServiceName[]): Rule => ({
  ...live(key, at, ...concerns),
  effect: 'restart',
  why,
})

const kafka = 'every connection and every topic of a process hangs on it'
const windows = 'what is remembered, and how long the ledger is kept, follow from it when dedup starts'
const addressed = 'cookies and addresses to return to follow from it when the console starts'
const ports = 'its address is bound when a service starts'

/** Every key but inputs and outputs, which are compared one by one. docs/reload.md shows this table, by test. */
export const rules: readonly Rule[] = [
  live('log_level', 'logLevel', ...all),
  live('globals.debug', 'debug'),
  live('globals.id', 'id'),
  live('globals.name', 'name'),
  restart(
    'globals.persistence.config.directory_name',
    'stateDirectory',
    "podpipe's own Kafka keeps its data there while it runs",
    ...all,
  ),
  restart('globals.multiprocessing', 'multiprocessing', 'processes are made when podpipe starts', ...all),
  restart('kafka.brokers', 'kafka.brokers', kafka, ...all),
  restart('kafka.prefix', 'kafka.prefix', kafka, ...all),
  restart(
    'kafka.partitions',
    'kafka.partitions',
    `${kafka}; podpipe topics plan says how partitions are added`,
    ...all,
  ),
  restart('kafka.tls, kafka.sasl', 'kafka.security', kafka, ...all),
  restart('kafka.heap', 'kafka.heap', "podpipe's own Kafka has it from its start", ...all),
  restart(
    'inputs.*.services',
    'services',
    'a further kind of event has topics of its own, which every service is given at its start',
    ...all,
  ),
  live('ingest.max_in_flight_bytes', 'ingest.maxInFlightBytes', 'ingest'),
  live('ingest.pause_limit', 'ingest.pauseLimitMs', 'ingest'),
  live('ingest.ping_interval', 'ingest.pingIntervalMs', 'ingest'),
  restart(
    'ingest.reconcile',
    'ingest.reconcile',
    'what is compared is counted from the start of a stream',
    'ingest',
  ),
  restart('dedup.window', 'dedup.windowMs', windows, 'dedup'),
  restart('dedup.archive_window', 'dedup.archiveWindowMs', windows, 'dedup'),
  live('dedup.max_memory', 'dedup.maxMemory', 'dedup'),
  live('dedup.variants', 'dedup.variants', 'dedup'),
  live('dedup.batch_wait', 'dedup.batchWaitMs', 'dedup'),
  live('dedup.batch_events', 'dedup.batchEvents', 'dedup'),
  part('forwarder.stretch_events', 'forwarder.stretchEvents', 'forwarder'),
  part('forwarder.stretch_bytes', 'forwarder.stretchBytes', 'forwarder'),
  part('forwarder.stretch_time', 'forwarder.stretchMs', 'forwarder'),
  part('forwarder.max_buffered_bytes', 'forwarder.maxBufferedBytes', 'forwarder'),
  part('forwarder.host', 'forwarder.host', 'forwarder'),
  restart('http.bind', 'http.bind', ports, ...all),
  restart('http.ingest_port', 'http.ports.ingest', ports, 'ingest'),
  restart('http.dedup_port', 'http.ports.dedup', ports, 'dedup'),
  restart('http.forwarder_port', 'http.ports.forwarder', ports, 'forwarder'),
  restart('http.console_port', 'http.ports.console', ports, 'console'),
  restart('console.enabled', 'console.enabled', 'processes are made when podpipe starts', 'console'),
  restart('console.host', 'console.host', ports, 'console'),
  restart('console.port', 'console.port', ports, 'console'),
  restart('console.base_path', 'console.basePath', ports, 'console'),
  live('console.services', 'console.services', 'console'),
  live('console.users', 'console.users', 'console'),
  live('console.content', 'console.content', 'console'),
  live('console.session.idle', 'console.session.idleMs', 'console'),
  live('console.session.life', 'console.session.lifeMs', 'console'),
  live('console.groups.viewer', 'console.groups.viewer', 'console'),
  live('console.groups.operator', 'console.groups.operator', 'console'),
  live('console.groups.admin', 'console.groups.admin', 'console'),
  live('console.groups.otherwise', 'console.groups.otherwise', 'console'),
  live('console.proxy.addresses', 'console.proxy.addresses', 'console'),
  live('console.proxy.user_header', 'console.proxy.userHeader', 'console'),
  live('console.proxy.groups_header', 'console.proxy.groupsHeader', 'console'),
  live('console.oidc', 'console.oidc', 'console'),
  restart('console.public_url', 'console.publicUrl', addressed, 'console'),
  restart('console.tls', 'console.tls', 'how the console is spoken to is settled when it starts', 'console'),
  restart(
    'console.secret_key',
    'console.secretKey',
    'a service has the key from its start, to open what was sealed with it',
    'ingest',
    'console',
  ),
  restart(
    'monitoring.output',
    'monitoringOutput',
    'each process opens a connection for its own messages when it starts',
    ...all,
  ),
  restart('stop_budget', 'stopBudgetMs', 'the time of a stop is set when a process starts', ...all),
]

/** What has changed between two configurations, in the order of the table; then inputs, then outputs. */
export function changesBetween(before: PodpipeConfig, after: PodpipeConfig): Change[] {
  const values = rules.filter(({ at }) => !isSame(valueAt(before, at), valueAt(after, at)))
  const { inputs, outputs } = withKinds(after, before.services)
  return [
    ...values.map(({ at: _, ...rule }): Change => ({ ...rule, what: 'changed' })),
    ...byName(before.inputs, inputs).flatMap(inputChanges),
    ...byName(before.outputs, outputs).map(
      ({ name, what }): Change => ({ key: `outputs.${name}`, what, effect: 'part', concerns: ['forwarder'] }),
    ),
  ]
}

/** The new configuration, in which what needs a restart is as it was: it is what may be put to use now. */
export function usableNow(before: PodpipeConfig, after: PodpipeConfig): PodpipeConfig {
  const kept = rules
    .filter(({ effect }) => effect === 'restart')
    .reduce<unknown>((config, { at }) => withValue(config, at, valueAt(before, at)), after) as PodpipeConfig
  return withKinds(kept, before.services)
}

/** Without the kinds of event that have no topics yet: these are neither read nor delivered. */
function withKinds(config: PodpipeConfig, kinds: readonly string[]): PodpipeConfig {
  const isKnown = (service: string): boolean => kinds.includes(service)
  return {
    ...config,
    inputs: config.inputs.map(input => ({
      ...input,
      services: input.services.filter(({ service }) => isKnown(service)),
    })),
    outputs: config.outputs
      .map(output => ({ ...output, services: output.services.filter(isKnown) }))
      .filter(({ services }) => services.length > 0),
  }
}

/** What a session hangs on: when it changes, the session ends and another begins. Keys and the tag are asked for each time. */
export function sessionBasis({ name, cluster, backfillApiKey }: Input, service: InputService): string {
  return textOf({ name, cluster, hasTwoKeys: backfillApiKey !== undefined, ...service, tag: undefined })
}

/** What an output hangs on. */
export const outputBasis = (output: Output, { forwarder }: PodpipeConfig): string =>
  textOf({ output, forwarder })

function inputChanges({ name, what, before, after }: Pair<Input>): Change[] {
  const key = `inputs.${name}`
  if (before === undefined || after === undefined || before.enabled !== after.enabled) {
    return [{ key, what, effect: 'part', concerns: ['ingest', 'forwarder'] }]
  }
  const services = byName(named(before.services), named(after.services))
  const changes = services.map((service): Change => {
    const [old, now] = [service.before, service.after]
    const isSameSession =
      old !== undefined && now !== undefined && sessionBasis(before, old) === sessionBasis(after, now)
    // Only the tag is left, which every frame asks for.
    return isSameSession
      ? { key: `${key}.services.${service.name}`, what, effect: 'live', concerns: ['forwarder'] }
      : {
          key: `${key}.services.${service.name}`,
          what: service.what,
          effect: 'part',
          concerns: ['ingest', 'forwarder'],
        }
  })
  const areRestarted = after.services.some(service => {
    const old = before.services.find(each => each.service === service.service)
    return (
      old !== undefined && isSame(old, service) && sessionBasis(before, old) !== sessionBasis(after, service)
    )
  })
  if (areRestarted) changes.push({ key, what, effect: 'part', concerns: ['ingest'] })
  const hasNewKey = before.apiKey !== after.apiKey || before.backfillApiKey !== after.backfillApiKey
  if (hasNewKey) changes.push({ key: `${key}.credentials`, what, effect: 'live', concerns: ['ingest'] })
  return changes
}

const named = (services: readonly InputService[]): (InputService & { readonly name: string })[] =>
  services.map(service => ({ ...service, name: service.service }))

interface Pair<Value> {
  readonly name: string
  readonly what: Change['what']
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** What differs of two lists, entry by entry. */
function byName<Value extends { readonly name: string }>(
  before: readonly Value[],
  after: readonly Value[],
): Pair<Value>[] {
  const names = new Set([...before, ...after].map(({ name }) => name))
  return [...names].flatMap(name => {
    const [old, now] = [before, after].map(list => list.find(each => each.name === name))
    if (isSame(old, now)) return []
    const what = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
    return [{ name, what, before: old, after: now }]
  })
}

function valueAt(config: unknown, at: readonly string[]): unknown {
  return at.reduce((value, key) => (value as Record<string, unknown>)[key], config)
}

function withValue(config: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const object = config as Record<string, unknown>
  return { ...object, [key]: withValue(object[key], rest, value) }
}

// All of it is plain data, written by the same code in the same order.
const textOf = (value: unknown): string => JSON.stringify(value)

const isSame = (one: unknown, other: unknown): boolean => textOf({ value: one }) === textOf({ value: other })
