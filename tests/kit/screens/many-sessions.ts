// A process of ingest that says it runs many sessions, and what they met during the day: what the console shows of hundreds of
// them, without hundreds of connections.

import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import type { SessionStatus } from '@podpipe/ingest/diary/status.ts'
import { historyKeyOf } from '@podpipe/runtime/history/writer.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { listen } from '../listen.ts'

/** One in so many backs off. */
export const illEvery = 20

const minute = 60_000
/** A connection that ends and comes back, so many times a day. */
const drops = 10
const services = ['message', 'maillog', 'audit', 'other'] as const

/** The names of so many sessions, four a cluster. */
export const namesOf = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, at) => `cluster${String(at >> 2).padStart(3, '0')}_hosted/${services[at & 3]}`,
  )

/** @returns the address at which it says so, host:port */
export async function manySessions(t: TestContext, count: number): Promise<string> {
  const begun = Date.now()
  const sessions = namesOf(count).map((name, at) => statusOf(name, at, begun))
  const status = {
    ...{ service: 'ingest', version: '0', pid: 1, ready: true, troubles: [] },
    parts: { sessions: { replica: 'far:1', sessions } },
  }
  const server = createServer((request, response) =>
    response.end(
      request.url === '/metrics' ? metricsOf(sessions, Date.now() - begun) : JSON.stringify(status),
    ),
  )
  return `127.0.0.1:${await listen(t, server)}`
}

/** What they met: a connection in the morning, and drops. */
export function notesOf(count: number, topic: Topic<HistoryEntry>): OutgoingRecord[] {
  const now = Date.now()
  return namesOf(count).flatMap((name, index) =>
    Array.from({ length: drops }, (_, each) => {
      const at = now - (20 * 60 - each * 110 - (index % 60)) * minute
      return [
        note(name, at, 'dropped', {}, { cause: 'the connection was reset' }),
        note(name, at + 4 * minute, 'connected', { attempts: 3, away_ms: 4 * minute }, { connection: 'x' }),
      ]
    })
      .flat()
      .map(entry => ({
        ...{ topic: topic.name, partition: 0, key: historyKeyOf(entry) },
        value: topic.codec.encode(entry),
      })),
  )
}

const note = (
  subject: string,
  at: number,
  what: string,
  numbers: HistoryEntry['numbers'],
  words: HistoryEntry['words'],
): HistoryEntry => ({ at, kind: 'session', subject, what, who: 'far:1', numbers, words })

function statusOf(name: string, at: number, now: number): SessionStatus {
  const [cluster = '', service = ''] = name.split('/')
  const since = new Date(now).toISOString()
  const stream = { name, input: cluster, cluster, service, since }
  if (at % illEvery === 0)
    return { ...stream, state: 'backing_off', cause: 'connect ECONNREFUSED', attempts: 3, retry_at: since }
  return {
    ...stream,
    state: 'live',
    connection: `${service}-1`,
    position: { covered_to: since, hours_to_fetch: at % 3, gaps: 0 },
  }
}

const metricsOf = (sessions: readonly SessionStatus[], ms: number): string =>
  sessions
    .map(({ cluster, service, state }) => {
      const labels = `{cluster="${cluster}",service="${service}"}`
      const received = state === 'live' ? Math.round(ms / 100) : 0
      return `podpipe_ingest_received_total${labels} ${received}\npodpipe_ingest_session_up${labels} ${state === 'live' ? 1 : 0}\n`
    })
    .join('')
