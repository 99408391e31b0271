import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { explainAnswer, explainUnreachable, wordsOf } from './not-proofpoint.ts'

const textOf = (explained: { cause: string; action: string } | undefined): string =>
  explained === undefined ? '' : `${explained.cause}; ${explained.action}`

for (const [name, status, body, expected] of [
  [
    'a page',
    200,
    '<!DOCTYPE html><title>Welcome</title>',
    /not Proofpoint.*200 with an HTML page; check override/,
  ],
  ['a text', 200, 'It works!\n', /200 with It works!;/],
  ['nothing at all', 204, '', /204 with an empty body/],
  ['a redirect', 302, '<html>moved</html>', /not Proofpoint.*302, a redirect.*check override_url_base/],
  ['a redirect for good', 308, '', /308, a redirect/],
] as const) {
  test(`${name} (${status}) is not the log API`, () => match(textOf(explainAnswer(status, body)), expected))
}

test('what the log API itself answers is not called a stranger', () => {
  deepEqual(
    [400, 401, 404, 405, 409, 500, 503].map(status => explainAnswer(status, '')),
    new Array(7).fill(undefined),
  )
})

test('a body is never told at length', () => equal(wordsOf('x'.repeat(5_000)).length, 200))

for (const [name, reason, expected, needsPerson] of [
  [
    'an unknown host',
    'getaddrinfo ENOTFOUND a.example (ENOTFOUND)',
    /host name is not known.*a\.example/,
    false,
  ],
  ['a DNS that fails', 'getaddrinfo EAI_AGAIN a.example (EAI_AGAIN)', /the DNS/, false],
  [
    'a closed port',
    'connect ECONNREFUSED 127.0.0.1:1 (ECONNREFUSED)',
    /nobody listens.*127\.0\.0\.1:1/,
    false,
  ],
  ['a host that is silent', 'connect ETIMEDOUT 10.0.0.1:443 (ETIMEDOUT)', /no answer came.*firewall/, false],
  ['a server that is silent', 'Opening handshake has timed out', /no answer came/, false],
  [
    'a certificate of an unknown authority',
    'self-signed certificate in certificate chain (SELF_SIGNED_CERT_IN_CHAIN)',
    /authority that this machine does not know.*NODE_EXTRA_CA_CERTS/,
    true,
  ],
  [
    'an incomplete chain',
    'unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    /NODE_EXTRA_CA_CERTS/,
    true,
  ],
  [
    'an authority with the name of a known one',
    'certificate signature failure (CERT_SIGNATURE_FAILURE)',
    /NODE_EXTRA_CA_CERTS/,
    true,
  ],
  [
    'a certificate of another host',
    "Hostname/IP does not match certificate's altnames (ERR_TLS_CERT_ALTNAME_INVALID)",
    /for another host.*override_url_base/,
    true,
  ],
  ['an old certificate', 'certificate has expired (CERT_HAS_EXPIRED)', /not valid at this time.*clock/, true],
  [
    'a port without TLS',
    'write EPROTO 80:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:c:1:\n (EPROTO)',
    /not Proofpoint.*TLS cannot be spoken.*override_url_base/,
    true,
  ],
  ['a port without HTTP', 'Parse Error: Expected HTTP/ (HPE_INVALID_CONSTANT)', /not Proofpoint.*HTTP/, true],
  ['a false handshake', 'Invalid Sec-WebSocket-Accept header', /not Proofpoint.*WebSocket/, true],
  ['anything else', 'read ECONNRESET (ECONNRESET)', /^Proofpoint cannot be reached: read ECONNRESET/, false],
] as const) {
  test(`${name} is named`, () => {
    const explained = explainUnreachable(reason)
    match(textOf(explained), expected)
    doesNotMatch(textOf(explained), /\n/)
    equal(explained.needsPerson, needsPerson)
  })
}

const tunnel = (answer: string): string =>
  `Failed to establish tunnel to logstream.example:443 via http://proxy.example:3128/: HTTP/1.1 ${answer} (ERR_PROXY_TUNNEL)`

for (const [name, reason, expected, needsPerson, isGuess] of [
  [
    'a password refused',
    tunnel('407 Proxy Authentication Required'),
    /^the proxy .* answers 407: /,
    true,
    true,
  ],
  ['a host forbidden', tunnel('403 Forbidden'), /^the proxy .* answers 403: /, true, false],
  ['a gateway that fails', tunnel('502 Bad Gateway'), /^the proxy .* answers 502 in place/, false, false],
  [
    'a tunnel that breaks',
    'Connection to establish proxy tunnel ended unexpectedly (ERR_PROXY_TUNNEL)',
    /^the proxy .* makes no way/,
    false,
    false,
  ],
  [
    'a closed port',
    'connect ECONNREFUSED 10.0.0.1:3128 (ECONNREFUSED)',
    /^the proxy .* cannot be reached/,
    false,
    false,
  ],
  [
    'a stranger behind it',
    'unable to get local issuer certificate (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
    /^Proofpoint cannot be reached through the proxy http:\S+: its certificate/,
    true,
    false,
  ],
] as const) {
  test(`by way of a proxy: ${name} is named`, () => {
    const explained = explainUnreachable(reason, 'http://proxy.example:3128')
    match(textOf(explained), expected)
    deepEqual([explained.needsPerson, explained.isGuess], [needsPerson, isGuess])
  })
}
