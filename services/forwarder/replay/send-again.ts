// Sends stored events to an output once more: each partition at its own pace, its progress behind the peer's evidence.

import { setTimeout as sleep } from 'node:timers/promises'
import { allEnded } from '@podpipe/runtime/all-ended.ts'
import { closedBy } from '@podpipe/runtime/kafka/read/closed-by.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Outcome } from '@podpipe/runtime/outcome.ts'
import type { Delivery } from '../delivery.ts'
import type { Pace } from './pace.ts'
import { addRefused, type Refused, type Share } from './share.ts'
import type { Window } from './window.ts'

export interface Sending<Value> {
  readonly fetcher: RangeReader
  /** Changed as they get on. */
  readonly shares: readonly Share[]
  /** Whether a record belongs to the replay. */
  readonly selects: (record: KafkaRecord) => boolean
  readonly decide: (record: KafkaRecord) => Outcome<Value>
  /** Waits for room and takes the events over; throws when it is to stop before. */
  readonly deliver: (values: readonly Value[], stopping: AbortSignal) => Promise<Delivery>
  readonly pace: Pace
  readonly window: Window
  /** Ends the reading; what is on its way may still be confirmed. */
  readonly signal: AbortSignal
  /** Called once, when nothing more will be delivered: confirmations should hurry. */
  readonly onSent: () => void
}

/**
 * Resolves when every share is at its end, or the signal has fired and nothing is on its way any more.
 * @throws when an offset is gone, or the output is closed with events unconfirmed
 */
export async function sendAgain<Value>(sending: Sending<Value>): Promise<void> {
  // One share that fails ends the reading of the others.
  const failing = new AbortController()
  const signal = AbortSignal.any([sending.signal, failing.signal])
  const close = (): void => sending.window.close()
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  let reading = sending.shares.length
  const onSent = (): void => {
    reading -= 1
    if (reading === 0) sending.onSent()
  }
  await allEnded(
    sending.shares.map(share =>
      sendShare(share, { ...sending, signal, onSent }).catch(error => {
        failing.abort(error)
        throw error
      }),
    ),
  )
}

async function sendShare<Value>(share: Share, sending: Sending<Value>): Promise<void> {
  const { fetcher, deliver, pace, window, signal } = sending
  // Portions settle in order, so that the offset never passes one that is not confirmed.
  let settled: Promise<void> = Promise.resolve()
  const broken = new AbortController()
  const stopping = AbortSignal.any([signal, broken.signal])
  try {
    for await (const records of readRange(closedBy(fetcher, stopping), share, share.offset, share.end)) {
      for (let at = 0; at < records.length; at += pace.portion) {
        const portion = records.slice(at, at + pace.portion)
        const { values, refused } = decided(portion, sending)
        let confirmed: Promise<void> | undefined
        if (values.length > 0) {
          const wait = pace.turn(values.length, performance.now())
          if (wait > 0) await sleep(wait, undefined, { signal: stopping })
          if (!(await window.take(values.length))) throw stopping.reason
          const delivery = await deliver(values, stopping).catch(error => {
            window.giveBack(values.length)
            throw error
          })
          confirmed = delivery.confirmed
        }
        const next = (portion.at(-1)?.offset ?? share.offset) + 1
        settled = Promise.all([settled, confirmed]).then(() => {
          share.offset = next
          share.confirmed += values.length
          addRefused(share.refused, refused)
        })
        settled.catch(reason => broken.abort(reason))
      }
    }
    // Behind the last event lie the marks of transactions.
    settled = settled.then(() => {
      share.offset = share.end
    })
  } catch (error) {
    if (!stopping.aborted) throw error
  } finally {
    sending.onSent()
  }
  await settled
}

function decided<Value>(
  records: readonly KafkaRecord[],
  { selects, decide }: Pick<Sending<Value>, 'selects' | 'decide'>,
): { readonly values: Value[]; readonly refused: Refused } {
  const values: Value[] = []
  const refused: Refused = {}
  for (const record of records) {
    if (!selects(record)) continue
    const outcome = decide(record)
    if (outcome.kind === 'forward') values.push(outcome.value)
    else if (outcome.kind === 'reject') addRefused(refused, { [outcome.reason]: 1 })
  }
  return { values, refused }
}
