import assert from 'node:assert/strict'
import test from 'node:test'
import { answerOf, conflict, judgeHandshake } from './handshake.ts'

const policy = { cluster: 'acme_hosted', tokens: ['secret', 'other'], now: Date.UTC(2026, 2, 3, 12) }
const good = {
  method: 'GET',
  target: '/v1/stream?cid=acme_hosted&type=message',
  authorization: 'Bearer secret',
  isUpgrade: true,
}

for (const [query, type] of [
  ['type=message', 'message'],
  ['type=maillog', 'maillog'],
  ['type=sendmail', 'maillog'],
  ['type=audit', 'audit'],
] as const) {
  test(`${query} opens a live session of ${type} events`, () => {
    assert.deepEqual(judgeHandshake({ ...good, target: `/v1/stream?cid=acme_hosted&${query}` }, policy), {
      token: 'secret',
      type,
      archive: undefined,
    })
  })
}

test('a further type is offered under its name only where there is one', () => {
  const request = { ...good, target: '/v1/stream?cid=acme_hosted&type=quarantine' }
  assert.deepEqual(judgeHandshake(request, { ...policy, otherType: 'quarantine' }), {
    token: 'secret',
    type: 'other',
    archive: undefined,
  })
  const refused = judgeHandshake(request, policy)
  assert.equal('status' in refused && refused.status, 400)
  const other = { ...good, target: '/v1/stream?cid=acme_hosted&type=other' }
  const alias = judgeHandshake(other, { ...policy, otherType: 'quarantine' })
  assert.equal('status' in alias && alias.status, 400)
})

test('sinceTime opens an archive session of whole hours', () => {
  const target = `${good.target}&sinceTime=2026-03-03T09:30:00-0000&toTime=2026-03-03T10:30:00-0000`
  assert.deepEqual(judgeHandshake({ ...good, target }, policy), {
    token: 'secret',
    type: 'message',
    archive: { since: Date.UTC(2026, 2, 3, 9), to: Date.UTC(2026, 2, 3, 11) },
  })
})

for (const [change, status, detail] of [
  [{ target: '/?cid=acme_hosted&type=message' }, 404, /no such resource: \//],
  [{ target: '/v1/stream/?cid=acme_hosted&type=message' }, 404, /no such resource/],
  [{ target: '//' }, 400, /no valid URL/],
  [{ isUpgrade: false }, 404, /only the WebSocket protocol/],
  [{ method: 'POST' }, 405, /method POST/],
  [{ target: '/v1/stream?type=message' }, 400, /cid is missing/],
  [{ target: '/v1/stream?cid=&type=message' }, 400, /cid is missing/],
  [{ target: '/v1/stream?cid=acme_hosted' }, 400, /type is missing/],
  [{ target: '/v1/stream?cid=acme_hosted&type=constructor' }, 400, /type "constructor"/],
  [{ target: `${good.target}&sinceTime=soon` }, 400, /sinceTime "soon"/],
  [{ authorization: undefined }, 401, /header is missing/],
  [{ authorization: '' }, 401, /header is missing/],
  [{ authorization: 'Basic secret' }, 401, /not Bearer/],
  [{ authorization: 'Bearer' }, 401, /invalid or expired/],
  [{ authorization: 'Bearer wrong' }, 401, /invalid or expired/],
  [{ target: '/v1/stream?cid=strange&type=message' }, 401, /cluster strange/],
] as const) {
  test(`${JSON.stringify(change)} is refused with ${status}`, () => {
    const answer = judgeHandshake({ ...good, ...change }, policy)
    assert.ok('status' in answer)
    assert.equal(answer.status, status)
    assert.match(answer.body, detail)
    assert.match(answer.body, /\r\n$/)
  })
}

test('the answer to a second session is the one seen on the wire', () => {
  assert.equal(
    answerOf(conflict, policy.now),
    'HTTP/1.1 409 Conflict\r\n' +
      'date: Tue, 03 Mar 2026 12:00:00 GMT\r\n' +
      'content-type: text/plain;charset=iso-8859-1\r\n' +
      'content-length: 47\r\n\r\n' +
      'Exceeded maximum number of sessions per token\r\n',
  )
})
