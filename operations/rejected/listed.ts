// Rejects as they are told: counted by reason, and one by one. Pure.

import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { payloadOf } from '../tap/shown.ts'
import { ownerOf, type Reject, type RejectHead } from './reject.ts'

/** A reject as `podpipe rejected ls -o json` prints it: keys are only ever added. */
export interface RejectListed {
  readonly offset: number
  /** When Kafka had the record, ISO 8601, UTC; so is `redriven`. */
  readonly time: string
  /** null where its topic is none of this podpipe's. */
  readonly service: Service | null
  readonly by: 'dedup' | 'forwarder' | null
  readonly reason: string
  readonly error: string
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: number }
  readonly bytes: number
  readonly redriven: string | null
}

/** The same with its bytes, as `show` and `export` print it. */
export type RejectShown = RejectListed & {
  readonly payload?: string
  readonly payload_base64?: string
}

/** Rejects of one reason and kind of event. */
export interface RejectGroup {
  readonly reason: string
  readonly service: Service | null
  readonly rejects: number
  readonly redriven: number
  readonly oldest: string
  readonly newest: string
}

/** What `podpipe rejected ls -o json` prints. */
export interface RejectList {
  readonly rejects: number
  readonly redriven: number
  readonly groups: readonly RejectGroup[]
  /** The newest of them, as many as were asked for. */
  readonly newest: readonly RejectListed[]
}

const iso = (time: number): string => new Date(time).toISOString()

export function listedOf(reject: RejectHead, topics: Topics): RejectListed {
  const { offset, time, topic, partition, origin, reason, error, bytes, redriven } = reject
  const owner = ownerOf(reject, topics)
  return {
    offset,
    time: iso(time),
    service: owner?.service ?? null,
    by: owner?.by ?? null,
    reason,
    error,
    origin: { topic, partition, offset: origin },
    bytes: bytes.length,
    redriven: redriven === undefined ? null : iso(redriven),
  }
}

export const shownOf = (reject: Reject, topics: Topics): RejectShown => ({
  ...listedOf(reject, topics),
  ...payloadOf(reject.bytes),
})

/** Counts rejects one after the other, and keeps the newest few. */
export class RejectTally {
  readonly #groups = new Map<string, { -readonly [Key in keyof RejectGroup]: RejectGroup[Key] }>()
  readonly #newest: RejectListed[] = []
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  add(listed: RejectListed): void {
    const { reason, service, time, redriven } = listed
    const name = `${reason} ${service}`
    const group = this.#groups.get(name) ?? {
      reason,
      service,
      rejects: 0,
      redriven: 0,
      oldest: time,
      newest: time,
    }
    group.rejects++
    if (redriven !== null) group.redriven++
    if (time < group.oldest) group.oldest = time
    if (time > group.newest) group.newest = time
    this.#groups.set(name, group)
    this.#newest.push(listed)
    if (this.#newest.length > this.#limit) this.#newest.shift()
  }

  list(): RejectList {
    const groups = [...this.#groups.values()].sort(
      (a, b) => b.rejects - a.rejects || a.reason.localeCompare(b.reason),
    )
    const sum = (count: (group: RejectGroup) => number): number =>
      groups.reduce((total, group) => total + count(group), 0)
    return {
      rejects: sum(({ rejects }) => rejects),
      redriven: sum(({ redriven }) => redriven),
      groups,
      newest: [...this.#newest].reverse(),
    }
  }
}
