// Which failures need a person, and that each says what to do.

import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionEnd } from '../connection/connection.ts'
import { adviceFor } from './tls-faults.ts'

type Seen = Pick<ConnectionEnd, 'ending' | 'code' | 'stage'>

for (const [name, seen, needsPerson, text] of [
  ['an expired peer', { ending: 'error', code: 'CERT_HAS_EXPIRED', stage: 'handshake' }, true, /expired/],
  [
    'a strange authority',
    { ending: 'error', code: 'SELF_SIGNED_CERT_IN_CHAIN', stage: 'handshake' },
    true,
    /`chain`/,
  ],
  [
    'a wrong name',
    { ending: 'error', code: 'ERR_TLS_CERT_ALTNAME_INVALID', stage: 'handshake' },
    true,
    /check_hostname/,
  ],
  [
    'a refused client, old spelling',
    { ending: 'error', code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', stage: 'open' },
    true,
    /`cert` and `key`/,
  ],
  [
    'a refused client, new spelling',
    { ending: 'error', code: 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', stage: 'open' },
    true,
    /`cert` and `key`/,
  ],
  [
    'a missing client certificate',
    { ending: 'error', code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', stage: 'open' },
    true,
    /`cert` and `key`/,
  ],
  [
    'a port without TLS',
    { ending: 'error', code: 'ERR_SSL_WRONG_VERSION_NUMBER', stage: 'handshake' },
    true,
    /`port`/,
  ],
  ['an unknown name', { ending: 'error', code: 'ENOTFOUND', stage: 'connecting' }, true, /`address`/],
  ['a bare FIN in answer', { ending: 'bare_fin', code: undefined, stage: 'closing' }, true, /close_notify/],
  ['no way', { ending: 'error', code: 'EHOSTUNREACH', stage: 'connecting' }, false, /route/],
  ['no name service', { ending: 'error', code: 'EAI_AGAIN', stage: 'connecting' }, false, /name service/],
  ['no port left', { ending: 'error', code: 'EADDRNOTAVAIL', stage: 'connecting' }, false, /no port left/],
  ['too many files', { ending: 'error', code: 'EMFILE', stage: 'connecting' }, false, /ulimit/],
  ['no connection in time', { ending: 'timeout', code: undefined, stage: 'connecting' }, false, /firewall/],
  ['a refused connection', { ending: 'error', code: 'ECONNREFUSED', stage: 'connecting' }, false, /firewall/],
  ['a reset', { ending: 'reset', code: 'ECONNRESET', stage: 'open' }, false, /client certificate/],
  ['no answer', { ending: 'timeout', code: undefined, stage: 'closing' }, false, /overloaded/],
] satisfies [string, Seen, boolean, RegExp][])
  test(`${name} ${needsPerson ? 'needs a person' : 'may pass by itself'}`, () => {
    const advice = adviceFor(seen)
    equal(advice.needsPerson, needsPerson)
    match(advice.text, text)
  })
