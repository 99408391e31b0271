// A soak: ingest is killed, its sessions are cut, refused and left hanging, the clock jumps over outages of hours,
// all at random, for as long as SOAK_MINUTES says (`npm run soak`: 15; here half a minute). In the end every event
// that the simulator has made available is in unique. The simulator never repeats a frame by itself.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { testChain } from '../kit/chains/chain.ts'
import { createMovedClock, startIngest } from '../kit/chains/moved-ingest.ts'
import { eventually, until } from '../kit/eventually.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 0, 15, 12)
// An event every two seconds of the moved clock, which does 500 of them in a real one.
const spacingMs = 2_000
const tick = { realMs: 40, movedMs: 10 * spacingMs }
const eventsAMinute = 24_000
const partitions = 3

const minutes = Number(process.env.SOAK_MINUTES || 0.5)
const seed = Number(process.env.SOAK_SEED || Math.floor(Math.random() * 65_536))

test(`Nothing is missed: ${minutes} minutes of kills, cuts, refusals, silence and outages of hours`, async t => {
  const random = createRandom(seed)
  const events = Math.ceil(minutes * eventsAMinute)
  const clock = createMovedClock(noon)
  const brokers = testBrokers()
  const prefix = `s${Math.random().toString(36).slice(2, 10)}`
  const hasTwoKeys = random.chance(0.5)
  const chain = await testChain(t, {
    brokers,
    prefix,
    partitions,
    seed,
    proofpoint: {
      events: { message: events },
      tokens: ['simulated-token', 'second-token'],
      clock: clock.now,
      punctual: true,
      firstSessionHour: true,
      spacingMs,
      firstEventAt: noon,
    },
  })
  const { proofpoint } = chain
  chain.start('dedup')
  const start = () =>
    startIngest(t, chain, clock, brokers, {
      prefix,
      partitions,
      service: 'message',
      ...(hasTwoKeys ? { backfillApiKey: 'second-token' } : {}),
    })
  let ingest = start()
  await until('the first session is open', () => proofpoint.stats().sessions.length > 0)
  let pace = tick.movedMs
  const follow = setInterval(() => clock.to(clock.now() + pace), tick.realMs)
  atEnd(t, () => clearInterval(follow))

  const restart = async (away: number): Promise<void> => {
    await (random.chance(0.7) ? ingest.kill() : ingest.stop())
    clock.to(clock.now() + away)
    ingest = start()
  }
  const faults = {
    kill: () => restart(0),
    outage: () => restart(hour + random.below(3 * hour)),
    cut: async () => void proofpoint.drop('message', 'reset'),
    close: async () => void proofpoint.drop('message', 'close'),
    silence: async () => void proofpoint.drop('message', 'vanish'),
    conflict: async () => {
      proofpoint.refuseNext(409, 1 + random.below(3))
      proofpoint.drop('message', 'reset')
    },
    serverError: async () => {
      proofpoint.refuseNext(503, 1 + random.below(3))
      proofpoint.drop('message', 'reset')
    },
  }
  // An outage brings some 5,000 events at once, so it is rarer than the others.
  const lots = [
    'kill',
    'kill',
    'outage',
    'cut',
    'cut',
    'cut',
    'close',
    'silence',
    'conflict',
    'serverError',
  ] as const
  const done: Record<string, number> = {}
  const over = performance.now() + minutes * minute
  const lastEventAt = noon + events * spacingMs
  while (performance.now() < over && clock.now() < lastEventAt) {
    await sleep(500 + random.below(4_000))
    const fault = random.pick(lots)
    done[fault] = (done[fault] ?? 0) + 1
    await faults[fault]()
  }
  const told = Object.entries(done).map(([fault, times]) => `${times} ${fault}`)
  t.diagnostic(
    `${hasTwoKeys ? 'two keys' : 'one key'}: ${told.join(', ')}; the clock went ${Math.round((clock.now() - noon) / hour)} h`,
  )

  // What is still to come, comes; then the archive needs the clock to move on for its hours to be served.
  if (clock.now() < lastEventAt) await restart(lastEventAt - clock.now())
  pace = 2 * minute
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const counts = await eventually(
    'everything is in unique',
    async () => {
      await sleep(minutes > 1 ? 5_000 : 500)
      const found = await topics.counts()
      return found.inUnique >= events ? found : undefined
    },
    5 * minute,
  ).catch(async error => {
    throw new Error(
      `${error.message}\n${JSON.stringify(await topics.counts())} of ${events}\n${ingest.log().slice(-8_000)}`,
    )
  })
  t.diagnostic(
    `made available ${events}   received ${counts.received} = unique ${counts.unique} + duplicate ${counts.duplicate} + rejected ${counts.rejected}   lost ${events - counts.inUnique}   doubled in unique ${counts.doubledInUnique}`,
  )
  equal(counts.inUnique, events)
  equal(counts.doubledInUnique, 0)
  await ingest.stop()
})
