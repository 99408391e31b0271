import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { afterSession, messageOf, type SessionEnd } from './session-end.ts'

const minute = 60_000

for (const [name, end, level, message, shortest, longest] of [
  [
    'a bad key needs a person and is retried slowly',
    { kind: 'refused', status: 401, body: '' },
    'error',
    /401: .*API key/,
    3_000,
    300_000,
  ],
  [
    'a malformed request needs a person',
    { kind: 'refused', status: 400, body: '' },
    'error',
    /400: .*cluster_id/,
    3_000,
    300_000,
  ],
  [
    'a wrong address needs a person',
    { kind: 'refused', status: 404, body: '' },
    'error',
    /override_url_base/,
    3_000,
    300_000,
  ],
  [
    'a wrong endpoint needs a person',
    { kind: 'refused', status: 405, body: '' },
    'error',
    /405/,
    3_000,
    300_000,
  ],
  [
    "a token in use is left alone, in the vendor's words",
    { kind: 'refused', status: 409, body: 'Exceeded maximum number of sessions per token\r\n' },
    'warn',
    /409 Conflict: Exceeded maximum number of sessions per token/,
    0.5 * minute,
    5 * minute,
  ],
  [
    'a server error is retried',
    { kind: 'refused', status: 503, body: 'busy' },
    'warn',
    /503 with busy/,
    100,
    minute,
  ],
  ['a broken connection is retried', { kind: 'closed', code: 1006, reason: '' }, 'info', /1006/, 100, minute],
  [
    'a polite close is retried',
    { kind: 'closed', code: 1000, reason: 'bye' },
    'info',
    /1000 bye/,
    100,
    minute,
  ],
  [
    'a frame that is too large is said aloud',
    { kind: 'closed', code: 1009, reason: '' },
    'error',
    /128 MiB/,
    100,
    minute,
  ],
  [
    'an unknown host is retried',
    { kind: 'unreachable', reason: 'getaddrinfo ENOTFOUND x (ENOTFOUND)' },
    'warn',
    /host name is not known .*ENOTFOUND/,
    100,
    minute,
  ],
  [
    'a certificate of a stranger needs a person and is retried all the same',
    { kind: 'unreachable', reason: 'self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)' },
    'error',
    /NODE_EXTRA_CA_CERTS/,
    100,
    minute,
  ],
  [
    'a web page needs a person and is retried slowly',
    { kind: 'refused', status: 200, body: '<html><body>Welcome</body></html>' },
    'error',
    /this is not Proofpoint's log API: it answers 200 with an HTML page/,
    3_000,
    300_000,
  ],
  [
    'a redirect needs a person and is retried slowly',
    { kind: 'refused', status: 302, body: '' },
    'error',
    /302, a redirect/,
    3_000,
    300_000,
  ],
  [
    'a page of a proxy that fails is retried, and not told',
    { kind: 'refused', status: 502, body: '<html>Bad gateway</html>' },
    'warn',
    /^Proofpoint answers 502 with an HTML page; nothing yet/,
    100,
    minute,
  ],
  ['silence is retried', { kind: 'silent', seconds: 120 }, 'warn', /120 s/, 100, minute],
  [
    'congestion is said aloud',
    { kind: 'congested', seconds: 20 },
    'error',
    /Kafka has taken nothing for 20 s/,
    100,
    minute,
  ],
] satisfies [string, SessionEnd, string, RegExp, number, number][]) {
  test(name, () => {
    const first = afterSession(end, 1, minute, 0)
    equal(first.level, level)
    match(messageOf(first), message)
    ok(first.wait >= shortest, `waits ${first.wait}`)
    for (const failures of [1, 5, 50]) ok(afterSession(end, failures, minute, 0.999).wait <= longest)
  })
}

test('the wait grows while it fails', () => {
  const end: SessionEnd = { kind: 'closed', code: 1006, reason: '' }
  ok(afterSession(end, 4, minute, 0.5).wait > afterSession(end, 1, minute, 0.5).wait)
})

test('a body is never printed at length', () => {
  const { cause } = afterSession({ kind: 'refused', status: 500, body: 'x'.repeat(5_000) }, 1, minute, 0)
  ok(cause.length < 300)
})
