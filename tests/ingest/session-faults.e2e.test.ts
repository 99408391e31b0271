// Every way in which a session to Proofpoint can end, one after the other under flow and on one chain: each is told
// once an episode and ends with a new session without anybody's help, and in the end every event is in unique.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Chain } from '@podpipe/demo/chain.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { loadCertificates } from '@podpipe/simulators/certificates.ts'
import type { DropManner } from '@podpipe/simulators/proofpoint/drop.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { type LogLine, linesFrom, linesOf } from '../kit/chains/service-log.ts'
import { until } from '../kit/eventually.ts'

const minute = 60_000
const [info, warn, error] = [30, 40, 50]

/** One episode: the sessions of all services end in one way. */
interface Fault {
  /** Makes it, and lets it pass. */
  strike(episode: Episode): unknown
  /** What the operator is told, and how loudly. */
  words: RegExp
  level: number
  /** How often a service may say so: once, however often it tried; or once for each of several sessions. */
  often?: 'once' | 'each time'
}

interface Episode {
  chain: Chain
  /** Lines of ingest since its beginning. */
  lines(): LogLine[]
  /** Waits until every service has said it so often, lines for debugging included. */
  said(words: RegExp, times: number): Promise<void>
  moveClock(by: number): void
  /** While this file exists ingest finds no host name. */
  dnsFails: string
}

const drop =
  (manner: DropManner) =>
  ({ chain }: Episode) =>
    chain.proofpoint.drop('all', manner)

const closed = (code: number, reason = ''): Fault => ({
  strike: drop(code === 1000 || code === 1001 || code === 1011 ? code : 1012),
  words: new RegExp(`^the session was closed with code ${code}${reason}; `),
  level: info,
})
const broken = (manner: DropManner): Fault => ({
  strike: drop(manner),
  words: /^the session was closed with code 1006/,
  level: info,
})

const conflict = /^409 Conflict: Exceeded maximum number of sessions per token\. /
const burst = /^Proofpoint answers 503 with Service Unavailable/
const untrusted = /cannot be reached: its certificate comes from an authority that this machine does not know/
const unknown = /cannot be reached: the host name is not known here/

const idle = (code: number, words: RegExp): Fault => ({
  words,
  level: info,
  often: 'each time',
  async strike({ chain: { proofpoint }, said }) {
    // Less than the time between two pings. The rule is read at the opening of a session.
    proofpoint.change({ idleDropMs: 300, idleCloseCode: code })
    proofpoint.drop('all', 1012)
    await said(words, 1)
    proofpoint.change({ idleDropMs: 0 })
    proofpoint.drop('all', 1012)
  },
})

const faults: Record<string, Fault> = {
  'a Close frame with 1000': closed(1000),
  'a Close frame with 1001': closed(1001, ' going away'),
  'a Close frame with 1011': closed(1011, ' internal error'),
  'a Close frame with 1012': closed(1012, ' service restart'),
  'an end without a Close frame': broken(1006),
  'a reset': broken('reset'),
  'a reset inside a frame': broken('cut'),
  silence: {
    strike: drop('vanish'),
    words: /^neither a frame nor an answer to a ping for \d+ s/,
    level: warn,
  },
  'a burst of 503': {
    words: burst,
    level: warn,
    async strike({ chain: { proofpoint }, said }) {
      proofpoint.refuseNext(503, 1_000)
      proofpoint.drop('all', 1012)
      await said(burst, 2)
      proofpoint.admit()
    },
  },
  'a session that lingers: 409': {
    words: conflict,
    level: warn,
    async strike({ chain: { proofpoint }, said, moveClock }) {
      proofpoint.change({ lingerMs: 10 * minute })
      proofpoint.drop('all', 'reset')
      await said(conflict, 2)
      moveClock(10 * minute)
      proofpoint.change({ lingerMs: 0 })
    },
  },
  'a certificate of a stranger': {
    words: untrusted,
    level: error,
    async strike({ chain: { proofpoint, trust }, said }) {
      proofpoint.present(await (await createAuthority('stranger')).server())
      proofpoint.drop('all', 1012)
      await said(untrusted, 2)
      proofpoint.present((await loadCertificates(dirname(trust))).server)
    },
  },
  'a DNS that fails': {
    words: unknown,
    level: warn,
    async strike({ chain: { proofpoint }, said, dnsFails }) {
      await writeFile(dnsFails, '')
      proofpoint.drop('all', 1012)
      await said(unknown, 2)
      await rm(dnsFails)
    },
  },
  'an idle drop with a Close frame': idle(1001, /closed with code 1001 going away; /),
  'an idle drop without one': idle(1006, /closed with code 1006/),
}

test('Nothing is lost, however a session ends, and the next one comes by itself', async t => {
  let moved = 0
  const chain = await testChain(t, {
    proofpoint: {
      rate: 200,
      fragments: 2,
      repeatAfterUncleanEndMs: 10 * minute,
      clock: () => Date.now() + moved,
    },
    config: 'ingest: {ping_interval: 1s}\nlog_level: debug',
  })
  const { proofpoint } = chain
  const dnsFails = join(dirname(chain.configFile), 'dns-fails')
  startIngest(chain, dnsFails)
  chain.start('dedup')
  chain.start('forwarder')
  await until('all sessions are open', () => proofpoint.stats().sessions.length === knownServices.length)

  const flow = createFlow(chain)
  const begin = (): Episode => {
    const first = linesOf(chain.process('ingest'))
    const lines = () => linesFrom(chain.process('ingest'), first)
    const said = (words: RegExp, times: number) =>
      until(`${words} ${times} times of each service`, () =>
        perService(lines(), words).every(found => found.length >= times),
      )
    const moveClock = (by: number) => {
      moved += by
    }
    return { chain, lines, said, moveClock, dnsFails }
  }

  for (const [name, { strike, words, level, often = 'once' }] of Object.entries(faults)) {
    await t.test(name, async () => {
      const episode = begin()
      await flow.begins()
      await strike(episode)
      await flow.goesOn()
      const told = perService(episode.lines(), words).map(found =>
        found.filter(line => line.level >= info).map(line => line.level),
      )
      for (const levels of told) {
        if (often === 'once') deepEqual(levels, [level])
        else ok(levels.length > 0 && levels.every(each => each === level), JSON.stringify(levels))
      }
    })
  }

  await t.test('ends of every kind, drawn by the seed, while the server pings', async () => {
    proofpoint.change({ pingMs: 50 })
    for (let round = 0; round < 4; round++) {
      await flow.begins()
      proofpoint.drop('all', 'random')
      await flow.goesOn()
    }
  })

  await arrives(chain)
  await chain.stopServices()
  const { accepted, ends, refused } = proofpoint.stats()
  t.diagnostic(
    `${accepted} sessions, ended cleanly ${ends.clean}, uncleanly ${ends.unclean}; refused ${JSON.stringify(refused)}`,
  )
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  equal(accounting.inUnique, flow.offered())
})

function perService(lines: readonly LogLine[], words: RegExp): LogLine[][] {
  return knownServices.map(service => lines.filter(each => each.service === service && words.test(each.msg)))
}

/** ingest as it is, but for a DNS that the test can make fail. */
function startIngest(chain: Chain, dnsFails: string): void {
  const { NODE_OPTIONS: before = '' } = process.env
  const program = fileURLToPath(new URL('../kit/faults/failing-dns.ts', import.meta.url))
  Object.assign(process.env, {
    NODE_OPTIONS: `${before} --import=${program}`,
    DNS_FAILS_WHILE: dnsFails,
  })
  chain.start('ingest')
  process.env.NODE_OPTIONS = before
}

/** Events of all services, some before a fault and some behind it. */
function createFlow({ proofpoint }: Chain) {
  let offered = 0
  const offer = (count: number): void => {
    for (let each = 0; each < count; each++, offered++) {
      for (const service of knownServices)
        proofpoint.offer(
          service,
          JSON.stringify({ guid: `${service} ${offered}`, id: `${service} ${offered}` }),
        )
    }
  }
  const sent = (): number[] => {
    const progress = proofpoint.progress()
    return knownServices.map(service => progress[service].sent)
  }

  return {
    /** Events in all. */
    offered: () => offered * knownServices.length,
    /** Resolves in the middle of a flow. */
    async begins() {
      const before = offered
      offer(40)
      await until('events flow', () => sent().every(each => each > before + 10))
    },
    /** Resolves when new sessions have brought what was offered. */
    async goesOn() {
      await until('new sessions are open', () => proofpoint.stats().sessions.length === knownServices.length)
      offer(10)
      await until('everything is sent', () => sent().every(each => each === offered))
    },
  }
}
