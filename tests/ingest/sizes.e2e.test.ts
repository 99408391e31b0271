// Frames of every size through the whole chain: socket, producer, topic, broker, dedup, forwarder, Devo.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { maxFrameBytes } from '@podpipe/schemas/topics.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { eventually } from '../kit/eventually.ts'

const services = ['ingest', 'dedup', 'forwarder'] as const

/** An event of exactly so many bytes, with text that a careless length would get wrong. */
function eventOf(guid: string, bytes: number): Buffer {
  const head = `{"guid":"${guid}","ts":"2024-05-22T12:10:03.058340-0700","text":"\u00e9`
  return Buffer.from(`${head}${'x'.repeat(bytes - Buffer.byteLength(head) - 2)}"}`)
}

test('Payload bytes are never changed: events of 1 MB, 5 MB, 15.9 MB and the largest that there may be arrive byte for byte', async t => {
  const chain = await testChain(t)
  for (const service of services) chain.start(service)
  const sizes = [1_000_000, 5_000_000, 15_900_000, maxFrameBytes]
  const events = sizes.map(size => eventOf(`of-${size}`, size))
  deepEqual(
    events.map(({ length }) => length),
    sizes,
  )

  // Small ones before, between and behind: a large one must hold back nobody for good.
  for (const [index, event] of events.entries()) {
    chain.proofpoint.offer('message', eventOf(`small-${index}`, 200))
    chain.proofpoint.offer('message', event)
  }
  chain.proofpoint.offer('message', eventOf('last', 200))

  await arrives(chain)
  for (const event of events) equal(chain.devo.count(contentHash(event)), 1, `${event.length} bytes`)
  equal(chain.devo.stats().malformed, 0)
  equal(chain.proofpoint.stats().accepted, 3, 'one session a service: none was lost over a frame')
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  deepEqual([accounting.received, accounting.delivered], [9, 9])
})

test('Bad input is kept and explained: junk of 1 byte and of the largest size is in the rejected topic, byte for byte', async t => {
  const chain = await testChain(t)
  for (const service of services) chain.start(service)
  const junk = [Buffer.from('x'), Buffer.alloc(1_000_000, '['), Buffer.alloc(maxFrameBytes, 'x')]
  for (const frame of junk) chain.proofpoint.offer('maillog', frame)
  chain.proofpoint.offer('maillog', '{"id":"behind the junk"}')

  await arrives(chain)
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const rejected = await eventually('all rejects', async () => {
    const found = await topics.rejected()
    return found.length === junk.length ? found : undefined
  })
  deepEqual(rejected.map(({ bytes }) => contentHash(bytes)).sort(), junk.map(contentHash).sort())
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  deepEqual([accounting.rejected, accounting.delivered], [3, 1])
})
