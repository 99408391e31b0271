// The ids of a batch are looked up at once before its records are decided one by one: in a large table a look-up is a
// wait for memory, and so the waits of all are one.

import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { rememberedAt } from './seen/store.ts'
import type { State } from './state.ts'
import type { Remembered } from './window.ts'

/** What was found out about a record's id. */
export interface LookedUp {
  readonly fingerprint: Fingerprint
  /** What the committed blocks know of it. */
  readonly before: Remembered | undefined
}

export interface LookAhead {
  /** Looks up the ids of the records that are decided next. Nothing may be remembered or forgotten until they are. */
  begin(records: readonly KafkaRecord[]): void
  /**
   * What was found about a record, which are asked for in order; undefined where nothing was. A record does not say
   * whose event it is before it is decoded: looked up is what it would be if it came from where the last one came from.
   */
  take(record: KafkaRecord, cluster: string, service: string): LookedUp | undefined
}

const wordsPerId = 3
const numbersOfFound = 2

export function createLookAhead(state: State): LookAhead {
  let records: readonly KafkaRecord[] = []
  let next = 0
  let words = new Int32Array(0)
  let found = new Float64Array(0)
  // Of the last record that was asked for, and of those that were looked up.
  let [cluster, service] = ['', '']
  let [ofCluster, ofService] = ['', '']

  return {
    begin(coming) {
      records = coming
      next = 0
      ;[ofCluster, ofService] = [cluster, service]
      if (found.length < numbersOfFound * coming.length) {
        found = new Float64Array(numbersOfFound * coming.length)
        words = new Int32Array(wordsPerId * coming.length)
      }
      for (let at = 0; at < coming.length; at++) {
        const { key } = coming[at] as KafkaRecord
        if (key !== null) state.writeFingerprint(ofCluster, ofService, key, words, wordsPerId * at)
      }
      state.seen.findAll(words, coming.length, found)
    },
    take(record, fromCluster, fromService) {
      cluster = fromCluster
      service = fromService
      // Some are rejected without being asked for.
      while (next < records.length && records[next] !== record) next++
      const at = next++
      const wasLookedUp = at < records.length && cluster === ofCluster && service === ofService
      // Nothing is kept of a batch that is decided.
      if (next >= records.length) records = []
      if (!wasLookedUp) return undefined
      const third = words[wordsPerId * at + 2] as number
      return {
        fingerprint: {
          place: third >>> 16,
          first: words[wordsPerId * at] as number,
          second: words[wordsPerId * at + 1] as number,
          third: third & 0xffff,
        },
        before: rememberedAt(found, at),
      }
    },
  }
}
