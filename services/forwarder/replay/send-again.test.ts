import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { forward, reject } from '@podpipe/runtime/outcome.ts'
import { Pace } from './pace.ts'
import { type Sending, sendAgain } from './send-again.ts'
import { isDone, type Share, totalsOf } from './share.ts'
import { Window } from './window.ts'

const topic = 'pod.unique.message'
const share = (partition: number, start: number, end: number, offset = start): Share => ({
  topic,
  partition,
  start,
  end,
  offset,
  confirmed: 0,
  refused: {},
})

/** Partitions with a record at every offset that is not a multiple of ten, where a transaction's mark lies. */
function partitions(chunk = 7): RangeReader {
  return {
    offsets: async () => ({ start: 0, end: 1_000 }),
    open(place, from) {
      let at = from
      const closed = Promise.withResolvers<never>()
      closed.promise.catch(() => undefined)
      return {
        ...place,
        async take() {
          if (at >= 1_000) return closed.promise
          const records: KafkaRecord[] = []
          for (const first = at; at < first + chunk; at++) {
            if (at % 10 === 0) continue
            const key = Buffer.from(`${place.partition}/${at}`)
            records.push({ ...place, offset: at, timestamp: at, key, value: key })
          }
          await turn()
          return { records, nextOffset: at, end: 1_000, release: () => undefined }
        },
        close: reason => closed.reject(reason ?? new Error('closed')),
      }
    },
  }
}

interface Delivered {
  readonly frames: readonly string[]
  readonly confirm: () => void
  readonly fail: (error: Error) => void
}

function peer(onDelivered: (each: Delivered, all: readonly Delivered[]) => void) {
  const all: Delivered[] = []
  return {
    all,
    sent: () => all.flatMap(({ frames }) => frames),
    output: {
      async deliver(frames: readonly Buffer[]) {
        const { promise, resolve, reject: fail } = Promise.withResolvers<void>()
        promise.catch(() => undefined)
        const each = { frames: frames.map(String), confirm: resolve, fail }
        all.push(each)
        onDelivered(each, all)
        return { confirmed: promise }
      },
    },
  }
}

type Peer = ReturnType<typeof peer>
type Given = Partial<Sending<Buffer>> & Pick<Sending<Buffer>, 'shares'> & Pick<Peer, 'output'>

const sending = ({ output, ...more }: Given): Sending<Buffer> => ({
  deliver: output.deliver,
  fetcher: partitions(),
  selects: () => true,
  decide: ({ value }) => forward(value ?? Buffer.alloc(0)),
  pace: new Pace(Number.POSITIVE_INFINITY),
  window: new Window(10_000),
  signal: new AbortController().signal,
  onSent: () => undefined,
  ...more,
})

const keysOf = (partition: number, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => from + at)
    .filter(offset => offset % 10 !== 0)
    .map(offset => `${partition}/${offset}`)

test('every record of the shares goes out in order, none outside of them, and the ends are reached', async () => {
  const { output, sent } = peer(each => each.confirm())
  const shares = [share(0, 15, 120), share(1, 0, 31), share(2, 40, 41)]
  let ends = 0
  await sendAgain(sending({ output, shares, onSent: () => ends++ }))
  equal(ends, 1)
  deepEqual(
    sent().filter(key => key.startsWith('0/')),
    keysOf(0, 15, 120),
  )
  deepEqual([...sent()].sort(), [...keysOf(0, 15, 120), ...keysOf(1, 0, 31), ...keysOf(2, 40, 41)].sort())
  const { confirmed, records, done } = totalsOf(shares)
  deepEqual([isDone(shares), confirmed, records, done], [true, sent().length, 137, 137])
})

test('what is not selected moves the offset and nothing else; what is refused is counted by its reason', async () => {
  const { output, sent } = peer(each => each.confirm())
  const shares = [share(0, 0, 100)]
  await sendAgain(
    sending({
      output,
      shares,
      selects: ({ offset }) => offset % 2 === 1,
      decide: ({ offset, value }) =>
        offset % 5 === 0 ? reject('too_large', 'too large') : forward(value ?? Buffer.alloc(0)),
    }),
  )
  equal(sent().length, 40)
  deepEqual(shares[0], { ...share(0, 0, 100, 100), confirmed: 40, refused: { too_large: 10 } })
})

test('confirmations in any order move the offset only over what is confirmed without a gap', async () => {
  const shares = [share(0, 1, 50)]
  const { output, all } = peer(() => undefined)
  const stop = new AbortController()
  const running = sendAgain(sending({ output, shares, signal: stop.signal, pace: new Pace(100) }))
  while (all.length < 3) await turn()
  stop.abort(new Error('stopped'))
  all[2]?.confirm()
  all[1]?.confirm()
  await turn()
  equal(shares[0]?.offset, 1)
  all[0]?.confirm()
  for (const each of all) each.confirm()
  await running
  equal(shares[0]?.confirmed, all.flatMap(({ frames }) => frames).length)
  equal(shares[0]?.offset, Number(all.at(-1)?.frames.at(-1)?.slice(2)) + 1)
})

test('a stop while nobody has room ends the reading, and a second run takes up behind what was confirmed', async () => {
  const stop = new AbortController()
  const shares = [share(0, 0, 500), share(1, 0, 500)]
  const window = new Window(50)
  const first = peer((each, all) => {
    if (all.length < 4) each.confirm()
  })
  const running = sendAgain(sending({ output: first.output, shares, window, signal: stop.signal }))
  await window.full
  stop.abort(new Error('stopped'))
  for (const { fail } of first.all) fail(new Error('the output is closed'))
  await rejects(running, /the output is closed/)
  const { confirmed } = totalsOf(shares)
  const second = peer(each => each.confirm())
  await sendAgain(sending({ output: second.output, shares }))
  const [all, again] = [first.sent(), second.sent()]
  deepEqual([...new Set([...all, ...again])].sort(), [...keysOf(0, 0, 500), ...keysOf(1, 0, 500)].sort())
  equal(all.length + again.length - 900, all.length - confirmed)
  equal(totalsOf(shares).confirmed, 900)
})

test('an output that fails ends every share', async () => {
  const { output } = peer((each, all) => (all.length === 5 ? each.fail(new Error('gone')) : each.confirm()))
  await rejects(sendAgain(sending({ output, shares: [share(0, 0, 1_000), share(1, 0, 1_000)] })), /gone/)
})
