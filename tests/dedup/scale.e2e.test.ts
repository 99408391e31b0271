// Several processes of a kind: sessions and partitions spread over them, move when one goes, and one that comes
// back from the dead can do no harm.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { partitionsOf, replica } from '../kit/chains/replica.ts'
import { until } from '../kit/eventually.ts'

const services = ['ingest', 'dedup', 'forwarder'] as const

test('Each event is once in unique: a second process of each kind joins, takes its share, and leaves again', async t => {
  const chain = await testChain(t, { proofpoint: { events: 8_000, rate: 500, duplicates: 0.1 } })
  for (const service of services) chain.start(service)
  await until('events flow', () => chain.devo.stats().distinct > 500)

  const second = services.map(service => replica(t, chain, service))
  await until('the new processes have their share', () => second.every(each => (partitionsOf(each) ?? 0) > 0))
  // 9 partitions of raw and of unique, 12 of positions: nobody has all of them any more.
  for (const each of second) ok((partitionsOf(each) ?? 0) < 9, `${each.name} was given everything`)
  await until('half of the events delivered', () => chain.devo.stats().distinct > 4_000)
  for (const each of second) equal(await each.stop(), 0, each.tail(20))

  await arrives(chain)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  equal(accounting.doubledInUnique, 0)
})

test('Each event is once in unique: a dedup that was frozen, replaced and thawed again is fenced', async t => {
  const chain = await testChain(t, { proofpoint: { events: 8_000, rate: 350, duplicates: 0.1 } })
  for (const service of services) chain.start(service)
  await until('events flow', () => chain.devo.stats().distinct > 500)

  // Frozen in the middle of whatever it does, for longer than its session in the group lives.
  const zombie = chain.process('dedup')
  zombie.signal('SIGSTOP')
  atEnd(t, () => zombie.signal('SIGCONT'))
  const successor = replica(t, chain, 'dedup')
  await until('the successor owns every partition', () => partitionsOf(successor) === 9)
  const delivered = chain.devo.stats().distinct
  await until('the successor works', () => chain.devo.stats().distinct > delivered + 200)
  zombie.signal('SIGCONT')

  await arrives(chain)
  equal(zombie.running, true, 'the zombie should go on as an ordinary member')
  await until('both have a share', () => {
    const shares = [partitionsOf(zombie) ?? 0, partitionsOf(successor) ?? 0]
    return shares.every(share => share > 0) && shares[0] !== undefined && shares[0] + (shares[1] ?? 0) === 9
  })
  equal(await successor.stop(), 0, successor.tail(20))
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  equal(accounting.doubledInUnique, 0)
})

test('One session a key: in 50 rebalances of ingest no second session is ever opened, and nothing is lost', async t => {
  const chain = await testChain(t, { proofpoint: { events: 20_000, rate: 60 } })
  chain.start('ingest')
  chain.start('dedup')
  await until('events flow', () => chain.proofpoint.ledger.counts().sent > 100)

  // Each process that joins and each that leaves is a rebalance. The older one leaves, so that sessions move:
  // some to the one that joins, while their owner lives, and the rest when it leaves.
  let current = chain.process('ingest')
  for (let round = 0; round < 25; round++) {
    const next = replica(t, chain, 'ingest')
    await until('the next one has joined', () => (partitionsOf(next) ?? 0) > 0)
    equal(await current.stop(), 0, current.tail(20))
    current = next
  }
  const before = chain.proofpoint.ledger.counts().sent
  await until('events still flow', () => chain.proofpoint.ledger.counts().sent > before + 100)
  const { accepted, refused, ends } = chain.proofpoint.stats()
  deepEqual(refused, {})
  equal(ends.unclean, 0)
  ok(accepted > 25, `only ${accepted} sessions: they did not move`)

  // What was sent by then is in Kafka, whoever received it.
  await current.stop()
  const { sent } = chain.proofpoint.ledger.counts()
  const topics = await chain.topics()
  atEnd(t, topics.close)
  t.diagnostic(`sessions ${accepted}, sent ${sent}, received ${await topics.received()}`)
  equal(await topics.received(), sent)
})

test('Takeover: what a killed ingest held is opened by the one that stands by, and at once after an ordered stop', async t => {
  const chain = await testChain(t, { proofpoint: { events: 20_000, rate: 60 } })
  const { proofpoint } = chain
  const sessions = (): number => new Set(proofpoint.stats().sessions.map(({ type }) => type)).size
  const everySession = () => until('every session is open', () => sessions() === 3)
  const first = chain.start('ingest')
  await everySession()
  const second = replica(t, chain, 'ingest')
  await until('the second stands by', () => (partitionsOf(second) ?? 0) > 0)
  await everySession()

  let [leaver, heir] = [first, second]
  const took: string[] = []
  for (const end of ['kill', 'stop'] as const) {
    const { accepted } = proofpoint.stats()
    const since = performance.now()
    await leaver[end]()
    await until('the heir has it all', () => partitionsOf(heir) === 12)
    await everySession()
    const moved = proofpoint.stats().accepted - accepted
    took.push(`${moved} sessions after a ${end} in ${((performance.now() - since) / 1_000).toFixed(1)} s`)
    leaver = heir
    heir = replica(t, chain, 'ingest')
    await until('another stands by', () => (partitionsOf(heir) ?? 0) > 0)
    await everySession()
  }
  t.diagnostic(took.join(', '))
  deepEqual(proofpoint.stats().refused, {})
})
