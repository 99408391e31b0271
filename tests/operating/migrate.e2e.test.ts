// `podpipe migrate` on a folder of the vendor's collector: what it says, what it leaves alone, and that nothing
// after the collector's last event is missing.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { testChain } from '../kit/chains/chain.ts'
import { createMovedClock, startIngest } from '../kit/chains/moved-ingest.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually } from '../kit/eventually.ts'

const minute = 60_000
const hour = 60 * minute
const partitions = 3

/** A dict of texts as Python pickles it, protocol 2. */
function pickled(dict: Readonly<Record<string, string>>): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value)
    const head = Buffer.from([0x58, 0, 0, 0, 0])
    head.writeUInt32LE(bytes.length, 1)
    return Buffer.concat([head, bytes])
  }
  const items = Object.entries(dict).flatMap(([key, value]) => [text(key), text(value), Buffer.from('s')])
  return Buffer.concat([Buffer.from('\x80\x02}', 'latin1'), ...items, Buffer.from('..')])
}

/** A chain whose folder looks as the collector left it, on a clock that starts now. */
async function left(t: TestContext, lastEventAt: number, events: number) {
  const clock = createMovedClock(Date.now())
  const brokers = testBrokers()
  const prefix = `m${randomBytes(4).toString('hex')}`
  const chain = await testChain(t, {
    brokers,
    prefix,
    partitions,
    proofpoint: {
      events: { message: events },
      clock: clock.now,
      punctual: true,
      firstSessionHour: true,
      spacingMs: 30_000,
      firstEventAt: lastEventAt,
    },
  })
  const directory = join(chain.configFile, '..', '..')
  const state = join(directory, 'state')
  mkdirSync(state, { recursive: true })
  const save = (service: string, bytes: Buffer): void =>
    writeFileSync(join(state, hash('md5', `proofpoint_on_demand;demo1;${service};predefined`)), bytes)
  const migrate = (...args: string[]) => runPodpipe(['migrate', directory, ...args])
  const positions = async () => {
    const { out, err, code } = await runPodpipe(['positions', '-o', 'json', '--config', chain.configFile])
    equal(code, 0, err)
    const shown: { session: string; position: { receivedAt: string } | null }[] = JSON.parse(out)
    return shown.map(({ session, position }) => [session, position?.receivedAt ?? null])
  }
  return { chain, clock, brokers, prefix, directory, state, save, migrate, positions }
}

test("every event from the collector's last one on arrives, and its state stays as it was", async t => {
  // An event every 30 seconds, of five hours before now and one after.
  const events = 720
  const lastEventAt = Date.now() - 5 * hour
  const last = new Date(lastEventAt).toISOString()
  const { chain, clock, brokers, prefix, state, save, migrate, positions } = await left(
    t,
    lastEventAt,
    events,
  )
  for (const service of ['message', 'maillog', 'audit']) save(service, pickled({ last_event_time: last }))
  const files = () => readdirSync(state).map(name => [name, readFileSync(join(state, name), 'hex')])
  const before = files()

  const looked = await migrate()
  equal(looked.code, 0, looked.err)
  match(looked.out, /begin +simulated_hosted\/message at .*, by last_event_time of its state\n/)
  match(looked.out, /certificate +certs\/chain\.crt: \d+ days left\n/)
  match(looked.out, /next +stop the collector/)
  deepEqual(
    (await positions()).map(([, at]) => at),
    [null, null, null],
  )

  const applied = await migrate('--apply')
  equal(applied.code, 0, applied.err)
  deepEqual(await positions(), [
    ['simulated_hosted/message', last],
    ['simulated_hosted/maillog', last],
    ['simulated_hosted/audit', last],
  ])
  deepEqual(files(), before)

  chain.start('dedup')
  const ingest = startIngest(t, chain, clock, brokers, { prefix, partitions, service: 'message' })
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const counts = await eventually('everything is in unique', async () => {
    clock.to(clock.now() + 10 * minute)
    await sleep(250)
    const found = await topics.counts()
    return found.inUnique >= events ? found : undefined
  })
  equal(counts.inUnique, events)
  equal(counts.doubledInUnique, 0)
  await ingest.stop()
})

test('a position is written once, from the state or --since, all or none', async t => {
  const lastEventAt = Date.now() - 2 * hour
  const last = new Date(lastEventAt).toISOString()
  const { save, migrate, positions, chain } = await left(t, lastEventAt, 1)
  save('message', pickled({ last_event_time: last }))
  save('maillog', Buffer.from("cposix\nsystem\n(S'touch /tmp/x'\ntR."))

  const refused = await migrate('--apply')
  equal(refused.code, 78)
  match(
    refused.err,
    /Nothing was changed: .*simulated_hosted\/maillog \(of its state file, .*"posix\.system"/,
  )
  match(refused.err, /simulated_hosted\/audit \(it has no state file\)/)
  match(refused.err, /--since/)
  deepEqual(
    (await positions()).map(([, at]) => at),
    [null, null, null],
  )

  const since = new Date(lastEventAt + hour).toISOString()
  const applied = await migrate('--apply', '--since', since, '-o', 'json')
  equal(applied.code, 0, applied.err)
  const { beginnings } = JSON.parse(applied.out)
  deepEqual(
    beginnings.map((each: Record<string, string>) => [each.from, each.position]),
    [
      [last, 'written'],
      [since, 'written'],
      [since, 'written'],
    ],
  )

  const earlier = new Date(lastEventAt - hour).toISOString()
  const again = await migrate('--apply', '--since', earlier)
  equal(again.code, 0, again.err)
  match(again.out, /a position exists and is kept/)
  deepEqual(
    (await positions()).map(([, at]) => at),
    [last, since, since],
  )
  equal((await migrate('--apply', '--since', earlier, '--overwrite')).code, 0)
  deepEqual(
    (await positions()).map(([, at]) => at),
    [earlier, earlier, earlier],
  )

  writeFileSync(chain.configFile, 'inputs: {}\n')
  const faulty = await migrate()
  equal(faulty.code, 78)
  match(faulty.out, /configuration .*: faults: \d+\n/)
  ok(faulty.out.includes('next           put the configuration right'))
})
