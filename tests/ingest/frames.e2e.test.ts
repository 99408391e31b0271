// One row a frame, on a real socket and a real broker: the bytes that lie in raw, what the frame is known by, and
// where it ends. All frames go through one chain; none of them may end a session.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { all } from '@podpipe/demo/topic-counts.ts'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { eventually } from '../kit/eventually.ts'

/** What a frame without an id of its own is known by. */
const digest = Symbol('digest')
/** What is no JSON object: known by its digest, and kept in the rejected topic. */
const reject = Symbol('reject')

interface Row {
  service: (typeof knownServices)[number]
  bytes: string | Buffer
  /** The id; or one of the two above. */
  known: string | typeof digest | typeof reject
  form?: { binary?: boolean; fragments?: number }
}

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
const deep = 100_000

const rows: Record<string, Row> = {
  'a text frame': { service: 'message', bytes: '{"guid":"text","s":"é"}', known: 'text' },
  'a binary frame': {
    service: 'message',
    bytes: '{"guid":"binary","s":"é"}',
    known: 'binary',
    form: { binary: true },
  },
  'a line feed at the end': { service: 'maillog', bytes: '{"id":"feed"}\n', known: 'feed' },
  'blanks and a line end around it': { service: 'maillog', bytes: ' {"id":"blank"} \r\n', known: 'blank' },
  'fragments, cut inside characters': {
    service: 'message',
    bytes: '{"guid":"torn","s":"éééééé€€€€€€"}',
    known: 'torn',
    form: { fragments: 30 },
  },
  'binary fragments, some of them empty': {
    service: 'audit',
    bytes: '{"guid":"t"}',
    known: 't',
    form: { binary: true, fragments: 50 },
  },

  'a message, by its guid': { service: 'message', bytes: '{"id":"no","guid":"m"}', known: 'm' },
  'a maillog event, by its id': { service: 'maillog', bytes: '{"guid":"no","id":"l/+"}', known: 'l/+' },
  'an audit event, by its guid': { service: 'audit', bytes: '{"id":"no","guid":"a-1"}', known: 'a-1' },
  'a message with an id alone': { service: 'message', bytes: '{"id":"only"}', known: digest },
  'a maillog event with a guid alone': { service: 'maillog', bytes: '{"guid":"only"}', known: digest },
  'an empty id': { service: 'audit', bytes: '{"guid":""}', known: digest },
  'a number as id': { service: 'audit', bytes: '{"guid":7}', known: digest },
  'a number beyond 2^53 as id': {
    service: 'audit',
    bytes: '{"guid":12345678901234567890}',
    known: digest,
  },
  'the next number beyond 2^53 as id': {
    service: 'audit',
    bytes: '{"guid":12345678901234567891}',
    known: digest,
  },
  'null as id': { service: 'audit', bytes: '{"guid":null}', known: digest },
  'a list as id': { service: 'audit', bytes: '{"guid":["a"]}', known: digest },

  'numbers that no double holds': {
    service: 'message',
    bytes: '{"guid":"n","n":9007199254740993,"m":-1.10e+0400,"z":-0.0}',
    known: 'n',
  },
  'an id twice: the last one counts': {
    service: 'message',
    bytes: '{"guid":"one","guid":"two"}',
    known: 'two',
  },
  'a key __proto__ before the id': {
    service: 'message',
    bytes: '{"__proto__":{"guid":"p"},"guid":"own"}',
    known: 'own',
  },
  'an id behind __proto__ alone': {
    service: 'message',
    bytes: '{"__proto__":{"guid":"p"}}',
    known: digest,
  },
  'a key constructor': {
    service: 'message',
    bytes: '{"constructor":{"prototype":{"guid":"p"}},"guid":"c"}',
    known: 'c',
  },
  'an object that is nested 100,000 deep': {
    service: 'message',
    bytes: `{"a":${'['.repeat(deep)}${']'.repeat(deep)},"guid":"deep"}`,
    known: 'deep',
  },
  'an escaped NUL in the id': { service: 'message', bytes: '{"guid":"\\u0000"}', known: digest },

  'bytes that are not UTF-8, in a string': {
    service: 'message',
    bytes: bytes('{"guid":"latin","s":"', [0xe9], '"}'),
    known: 'latin',
  },
  'the same in a text frame': {
    service: 'message',
    bytes: bytes('{"guid":"latin text","s":"', [0xe9], '"}'),
    known: 'latin text',
    form: { binary: false },
  },
  'bytes that are not UTF-8, in the id': {
    service: 'message',
    bytes: bytes('{"guid":"', [0xfe], '"}'),
    known: digest,
  },
  'other bytes that are not UTF-8, in the id': {
    service: 'message',
    bytes: bytes('{"guid":"', [0xff], '"}'),
    known: digest,
  },

  'an empty frame': { service: 'message', bytes: '', known: reject },
  'an empty frame in fragments': { service: 'audit', bytes: '', known: reject, form: { fragments: 3 } },
  'bytes that are not UTF-8 at all': {
    service: 'message',
    bytes: bytes([0xff, 0xfe, 0xc3, 0x28]),
    known: reject,
  },
  'the same as text': {
    service: 'audit',
    bytes: bytes([0xff, 0xfe, 0xc3, 0x28]),
    known: reject,
    form: { binary: false },
  },
  'a NUL in a string': { service: 'message', bytes: bytes('{"guid":"nul', [0], '"}'), known: reject },
  'a NUL behind the object': { service: 'message', bytes: bytes('{"guid":"b"}', [0]), known: reject },
  'four NULs': { service: 'message', bytes: bytes([0, 0, 0, 0]), known: reject },
  'a bare tab in a string': { service: 'maillog', bytes: '{"id":"tab","s":"\t"}', known: reject },
  'a byte order mark': { service: 'message', bytes: '\ufeff{"guid":"bom"}', known: reject },
  'two objects in one frame': { service: 'message', bytes: '{"guid":"x"}\n{"guid":"y"}', known: reject },
  'a torn frame that is nested 100,000 deep': {
    service: 'message',
    bytes: '{"a":'.repeat(deep),
    known: reject,
  },
}

const keyOf = ({ known }: Row, frame: Buffer): string =>
  typeof known === 'string'
    ? known
    : `sha256:${createHash('sha256').update(frame).digest('hex').slice(0, 32)}`
const identityOf = ({ known }: Row): RawFrame['identity'] =>
  known === digest ? 'digest' : known === reject ? 'unreadable' : 'event_id'

test('Payload bytes are never changed, and bad input is kept: every kind of frame', async t => {
  const chain = await testChain(t)
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  for (const { service, bytes, form } of Object.values(rows)) chain.proofpoint.offer(service, bytes, form)
  await arrives(chain)
  equal(chain.proofpoint.stats().accepted, knownServices.length, 'one session a service: no frame ends one')
  equal(chain.devo.stats().malformed, 0)

  const found = await recordsOf(t, chain)
  for (const [name, row] of Object.entries(rows)) {
    await t.test(name, () => {
      const frame = Buffer.from(row.bytes)
      const here = (each: { service: string; bytes: Buffer }) =>
        each.service === row.service && each.bytes.equals(frame)
      const raw = found.raw.filter(here).map(({ key, identity }) => `${identity} ${key}`)
      deepEqual([...new Set(raw)], [`${identityOf(row)} ${keyOf(row, frame)}`])
      const unique = found.unique.filter(here).map(({ id }) => id)
      const rejected = [...new Set(found.rejected.filter(here).map(({ reason }) => reason))]
      const atSink = chain.devo.count(contentHash(frame))
      if (row.known === reject) deepEqual([unique, rejected, atSink], [[], ['not_json'], 0])
      else deepEqual([unique, rejected, atSink], [[keyOf(row, frame)], [], 1])
    })
  }
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  const rejects = Object.values(rows).filter(({ known }) => known === reject)
  // A request of which Kafka has taken only a part, as topics that are new can do, is sent again as a whole: raw may hold
  // copies, and nothing behind dedup does.
  equal(accounting.unique, Object.keys(rows).length - rejects.length)
  ok(accounting.received >= Object.keys(rows).length && accounting.rejected >= rejects.length)
})

/** What lies in the topics of a chain, once dedup has decided about all of raw. */
async function recordsOf(t: TestContext, chain: Chain) {
  const opened = await chain.topics()
  atEnd(t, opened.close)
  await eventually('everything is decided', async () => {
    const { received, unique, duplicate, rejected } = await opened.counts()
    return received === unique + duplicate + rejected ? true : undefined
  })
  const { topics, fetcher } = opened
  const raw: { service: string; bytes: Buffer; key: string; identity: string }[] = []
  const unique: { service: string; bytes: Buffer; id: string }[] = []
  for (const service of knownServices) {
    for await (const { key, value } of all(fetcher, topics.raw(service)))
      raw.push({ service, bytes: value.frame, key, identity: value.identity })
    for await (const { value } of all(fetcher, topics.unique(service)))
      unique.push({ service, bytes: value.payload, id: value.id })
  }
  const rejected = (await opened.rejected()).map(({ topic, bytes, reason }) => ({
    service: topic.split('.').at(-1) ?? '',
    bytes,
    reason,
  }))
  return { raw, unique, rejected }
}
