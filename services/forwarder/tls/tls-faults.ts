// From the way a connection failed to what a person should do about it. Pure; the words of the forwarder's warnings.

import type { ConnectionEnd } from '../connection/connection.ts'

/** What to do, and whether waiting alone will not help. */
export interface Advice {
  readonly needsPerson: boolean
  readonly text: string
}

/**
 * Error codes of Node (node:tls, "X509 certificate error codes") and of OpenSSL, whose alert codes are spelled
 * differently from one version to the next and are therefore matched by their end. Alerts: RFC 8446, 6.2.
 */
const byCode: readonly (readonly [RegExp, string])[] = [
  [
    /^CERT_HAS_EXPIRED$/,
    "The peer's certificate or chain has expired: renew it, or correct this machine's clock.",
  ],
  [/^CERT_NOT_YET_VALID$/, "The peer's certificate is not valid yet: correct this machine's clock."],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)$/,
    "The peer's certificate is not signed by an authority of the chain: check that `chain` belongs to this endpoint and that `address` is right.",
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "The peer's certificate does not name this address: correct `address`, or set `check_hostname: false` if the peer is known to bear another name.",
  ],
  [
    /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/,
    'The peer refuses the client certificate: check that `cert` and `key` belong to this Devo domain and are not expired or revoked.',
  ],
  [
    /ALERT_(PROTOCOL_VERSION|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY)$|UNSUPPORTED_PROTOCOL$/,
    'The peer offers no TLS 1.2 or 1.3 that suits: check `address` and `port`.',
  ],
  [
    /WRONG_VERSION_NUMBER$|PACKET_LENGTH_TOO_LONG$/,
    'The peer does not speak TLS on this port: correct `port`.',
  ],
  [
    /(KEY_TOO_SMALL|MD_TOO_WEAK)$/,
    'The certificate is too weak for current TLS: ask for one with a longer key or a newer signature, or set `security_level: 1` in the config of the output.',
  ],
  [/^ENOTFOUND$/, 'The name is not known: correct `address` or the name service of this machine.'],
]

/** Faults of the network, which may pass by themselves. */
const passing: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Nothing listens there: check that the peer runs, that `address` and `port` are right, and that no firewall refuses.',
  EAI_AGAIN: 'The name service does not answer: check that this machine reaches it.',
  EHOSTUNREACH: 'There is no way to the peer: check the route, the firewall and `address`.',
  ENETUNREACH:
    'This machine has no network to the peer: check its routes, and IPv6 if `address` leads there.',
  EADDRNOTAVAIL:
    'This machine has no port left for one more connection, or no address: look for what holds so many connections open.',
  EMFILE: 'This process may open no more files: raise its limit (ulimit -n).',
}

/** Network faults pass by themselves; faults of certificates, names and protocols do not. */
export function adviceFor(end: Pick<ConnectionEnd, 'ending' | 'code' | 'stage'>): Advice {
  const known = byCode.find(([pattern]) => pattern.test(end.code ?? ''))
  if (known) return { needsPerson: true, text: known[1] }
  const passes = passing[end.code ?? '']
  if (passes !== undefined) return { needsPerson: false, text: passes }
  if (end.ending === 'bare_fin' && end.stage === 'closing')
    return {
      needsPerson: true,
      text:
        'A dying process sends a bare FIN as well. If the peer always ends like this, nothing is ever confirmed with ' +
        'confirm: closed: let it answer close_notify, or choose confirm: auto, which takes a FIN behind acknowledged bytes.',
    }
  if (end.stage === 'connecting')
    return { needsPerson: false, text: 'Check that the peer runs and that no firewall is in between.' }
  if (end.stage === 'handshake' || end.ending !== 'timeout')
    return {
      needsPerson: false,
      text: "If this goes on, look into the peer's log: with TLS 1.3 a client certificate is refused after the handshake, often without a word.",
    }
  return {
    needsPerson: false,
    text: 'If this goes on, check whether the peer is overloaded. One that never answers is confirmed with confirm: auto once it was seen to read on for long enough, and with confirm: acked at once.',
  }
}
