// A reject as it is kept, and which of them are meant. Pure.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { adviceOn } from '../advice.ts'
import { servicesOf } from '../services-of.ts'
import { rangeOptions } from '../times.ts'

/** A record that could not go on, without what it holds. */
export interface RejectHead {
  /** Where it lies in the rejected topic: what a person calls it by. */
  readonly offset: number
  /** The time of the record that was rejected: when Kafka had it, in milliseconds since 1970. */
  readonly time: number
  /** Where the record lies that was rejected. */
  readonly topic: string
  readonly partition: number
  readonly origin: number
  readonly reason: string
  readonly error: string
  readonly bytes: { readonly length: number }
  /** When it was sent again, in milliseconds since 1970. */
  readonly redriven?: number
}

/** A record that could not go on. */
export interface Reject extends RejectHead {
  readonly bytes: Buffer
}

/** The kind of event of a reject, and who rejected it; undefined where its topic is none of ours. */
export function ownerOf(
  { topic }: Pick<Reject, 'topic'>,
  { services, raw, unique }: Topics,
): { readonly service: Service; readonly by: 'dedup' | 'forwarder' } | undefined {
  for (const service of services) {
    if (raw(service).name === topic) return { service, by: 'dedup' }
    if (unique(service).name === topic) return { service, by: 'forwarder' }
  }
  return undefined
}

/** Which rejects are meant; what is left out means all. */
export interface Selection {
  readonly reasons: readonly string[]
  readonly services: readonly Service[]
  /** Milliseconds since 1970; `to` lies behind. */
  readonly from?: number
  readonly to?: number
  /** Only those that were never sent again. */
  readonly open: boolean
}

export function isMeant(
  reject: RejectHead,
  { reasons, services, from, to, open }: Selection,
  topics: Topics,
): boolean {
  if (reasons.length > 0 && !reasons.includes(reject.reason)) return false
  if (services.length > 0) {
    const service = ownerOf(reject, topics)?.service
    if (service === undefined || !services.includes(service)) return false
  }
  if (from !== undefined && reject.time < from) return false
  if (to !== undefined && reject.time >= to) return false
  return !open || reject.redriven === undefined
}

/** What several commands ask for alike. */
export interface SelectionOptions {
  readonly reason: readonly string[]
  readonly service: readonly string[]
  readonly from?: string
  readonly to?: string
}

/**
 * Reads what a person has asked for.
 * @param now milliseconds since 1970
 * @throws ConfigurationError naming the option and what to do
 */
export function selectionOf(
  { reason, service, from, to }: SelectionOptions,
  config: Pick<PodpipeConfig, 'services' | 'file'>,
  now: number,
): Selection {
  const times = rangeOptions(from, to, now)
  return {
    reasons: requireReasons(reason),
    services: service.length === 0 ? [] : servicesOf(config, service),
    ...times,
    open: false,
  }
}

/** @throws ConfigurationError for a word that is no reason */
function requireReasons(reasons: readonly string[]): readonly string[] {
  const strange = reasons.find(reason => !rejectReasons.some(known => known === reason))
  if (strange === undefined) return reasons
  throw new ConfigurationError(
    `--reason ${strange}: nothing is rejected for that. ${adviceOn(strange, rejectReasons)}.`,
  )
}
