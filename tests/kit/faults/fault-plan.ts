// Which fault comes next: drawn from a seed, so that a run can be repeated. Pure.

import type { Random } from '@podpipe/simulators/random.ts'
import type { Api } from '../brokers/kafka-frames.ts'
import type { Strike } from '../brokers/kafka-proxy.ts'
import { type Leadership, leaderships } from '../brokers/leadership.ts'

/** What dedup sends all the time. */
export const flowing = [
  'Produce',
  'AddPartitionsToTxn',
  'EndTxn',
  'Fetch',
  'ListOffsets',
  'Heartbeat',
  'OffsetCommit',
] as const satisfies readonly Api[]

/** What it sends when it starts, or when a partition or the group has to be opened anew. */
export const opening = [
  'ApiVersions',
  'Metadata',
  'FindCoordinator',
  'InitProducerId',
  'JoinGroup',
  'SyncGroup',
  'OffsetFetch',
] as const satisfies readonly Api[]

/** The steps of one transaction. */
const transaction = [
  'ListOffsets',
  'AddPartitionsToTxn',
  'Produce',
  'EndTxn',
] as const satisfies readonly Api[]

export type Fault =
  /** SIGKILL of dedup, some milliseconds from now or at a step of a transaction. */
  | { readonly kind: 'kill'; readonly after: number }
  | { readonly kind: 'kill'; readonly strike: Strike }
  /** A connection of dedup cut at a request; `restart`: dedup is killed and started first, so that it is sent. */
  | { readonly kind: 'cut'; readonly strike: Strike; readonly restart: boolean }
  /** SIGSTOP of dedup in the middle of a transaction for longer than that may last, and SIGCONT. */
  | { readonly kind: 'freeze'; readonly strike: Strike; readonly ms: number }
  /** SIGKILL of the broker that leads in one of these places, and its start after a while. */
  | { readonly kind: 'broker'; readonly leads: Leadership; readonly away: number; readonly alsoKill: boolean }
  /** Another broker leads in one of these places from a step of a transaction on, and nothing has failed. */
  | {
      readonly kind: 'coordinator'
      readonly leads: Leadership
      readonly strike: Strike
      readonly alsoKill: boolean
    }

export const kinds = ['kill', 'cut', 'freeze', 'broker', 'coordinator'] as const
export type Kind = (typeof kinds)[number]

/** How often each kind is drawn: those that last long are rare. */
const weights: Readonly<Record<Kind, number>> = { kill: 20, cut: 14, freeze: 1, broker: 2, coordinator: 4 }

/**
 * A transaction of dedup may last 30 s, and a broker looks every 10 s for those that last longer; behind 40 s
 * dedup itself has given up when it thaws. So it thaws before, between and behind the two.
 */
const [shortestFreeze, freezeSpread] = [31_000, 14_000]

/** Draws the next fault. Every kind of fault takes its own number of draws, none of them a matter of time. */
export function drawFault(random: Random, among: readonly Kind[]): Fault {
  const kind = random.pick(among.flatMap(each => Array.from({ length: weights[each] }, () => each)))
  switch (kind) {
    case 'kill':
      return random.chance(0.3)
        ? { kind, after: random.below(1_000) }
        : { kind, strike: drawStrike(random, transaction, true) }
    case 'cut': {
      const restart = random.chance(0.4)
      return { kind, restart, strike: drawStrike(random, restart ? opening : flowing, false) }
    }
    case 'freeze':
      return {
        kind,
        strike: { api: random.pick(['AddPartitionsToTxn', 'Produce']), at: 'answer', fate: 'pass' },
        ms: shortestFreeze + random.below(freezeSpread),
      }
    case 'broker':
      return {
        kind,
        leads: random.pick(leaderships),
        away: 1_000 + random.below(12_000),
        alsoKill: random.chance(0.3),
      }
    case 'coordinator':
      return {
        kind,
        leads: random.pick(leaderships),
        strike: { api: random.pick(transaction), at: random.pick(['request', 'answer']), fate: 'pass' },
        alsoKill: random.chance(0.2),
      }
  }
}

function drawStrike(random: Random, apis: readonly Api[], mayPass: boolean): Strike {
  const api = random.pick(apis)
  if (random.chance(0.5)) return { api, at: 'request', fate: mayPass ? random.pick(['pass', 'cut']) : 'cut' }
  return { api, at: 'answer', fate: mayPass ? 'cut' : random.pick(['cut', 'cut', 'half']) }
}

/** A fault in words. */
export function sentenceOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return 'after' in fault
        ? `SIGKILL of dedup after ${fault.after} ms`
        : `SIGKILL of dedup at ${placeOf(fault.strike)}`
    case 'cut':
      return `connection cut at ${placeOf(fault.strike)}${fault.restart ? ', in a start' : ''}`
    case 'freeze':
      return `SIGSTOP of dedup for ${fault.ms / 1_000} s behind ${placeOf(fault.strike)}`
    case 'broker':
      return `SIGKILL of the broker that leads ${fault.leads}, away for ${fault.away} ms${fault.alsoKill ? ', and SIGKILL of dedup meanwhile' : ''}`
    case 'coordinator':
      return `another broker is made to lead ${fault.leads} at ${placeOf(fault.strike)}${fault.alsoKill ? ', and SIGKILL of dedup then' : ''}`
  }
}

/** Where a strike falls, in words. */
export function placeOf({ api, at, fate }: Strike): string {
  if (at === 'request') return fate === 'cut' ? `${api}, unsent` : `${api}, sent`
  return fate === 'half' ? `${api}, half answered` : `${api}, answered`
}
