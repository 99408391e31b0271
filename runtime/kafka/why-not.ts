// Why a cluster cannot be spoken to, in words that name the fix. kafkajs says `Connection error: self-signed certificate in
// certificate chain`, and a port that wants TLS says nothing at all. Pure.

import type { KafkaSecurity } from '../config/config.ts'
import { hasCause, reasonOf } from '../errors.ts'

export interface WhyNot {
  /** What is wrong, as a clause. */
  readonly cause: string
  /** What to do about it, as whole sentences. */
  readonly action: string
}

/** What was seen of an error: all of its texts and codes, the outermost first. */
interface Seen {
  readonly codes: ReadonlySet<string>
  readonly text: string
}

type Way = Pick<KafkaSecurity, 'tls' | 'sasl'>

interface Rule {
  /** Of a cluster that has answered before it would be a guess, and mostly a wrong one: a broker that is restarted does the same. */
  readonly onlyAtFirst?: true
  readonly is: (seen: Seen, way: Way) => boolean
  readonly why: (way: Way, reason: string) => WhyNot
}

const says =
  (pattern: RegExp) =>
  ({ text }: Seen): boolean =>
    pattern.test(text)
const hasCode =
  (...names: readonly string[]) =>
  ({ codes }: Seen): boolean =>
    names.some(name => codes.has(name))

const rules: readonly Rule[] = [
  {
    // https://nodejs.org/api/tls.html#x509-certificate-error-codes
    is: hasCode('CERT_HAS_EXPIRED'),
    why: (_, reason) => ({
      cause: `the broker's certificate, or one above it, has expired (${reason})`,
      action: 'Give the brokers new certificates (ssl.keystore.location) and restart them one by one.',
    }),
  },
  {
    is: hasCode('CERT_NOT_YET_VALID'),
    why: (_, reason) => ({
      cause: `the broker's certificate is not valid yet (${reason})`,
      action: 'Correct the clock of this machine.',
    }),
  },
  {
    is: hasCode('ERR_TLS_CERT_ALTNAME_INVALID'),
    why: (_, reason) => ({
      cause: `the broker's certificate is for other hosts (${reason})`,
      action:
        'Name the brokers in kafka.brokers, and in their own advertised.listeners, as their certificates do; or give them certificates with these names. kafka.tls.check_hostname: false takes any name of that authority.',
    }),
  },
  {
    is: hasCode(
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
    ),
    why: ({ tls }, reason) => ({
      cause: `the broker's certificate is of an authority that is not trusted here (${reason})`,
      action: `Let kafka.tls.ca name a PEM file with the authority of the brokers${tls?.ca === undefined ? '; without it only those of the system are trusted' : `; now it names ${tls.ca}`}.`,
    }),
  },
  {
    is: says(
      /alert (?:bad certificate|certificate required|certificate unknown|unknown ca|handshake failure)/,
    ),
    why: ({ tls }, reason) => ({
      cause: `the broker does not take this client's certificate, or wants one (${reason})`,
      action:
        tls?.cert === undefined
          ? 'Let kafka.tls.cert and kafka.tls.key name a certificate of an authority that the brokers trust.'
          : `Let an authority that the brokers trust sign ${tls.cert}, or tell the brokers of its authority.`,
    }),
  },
  {
    is: says(/mechanism is not supported|UNSUPPORTED_SASL_MECHANISM|requested SASL mechanism/i),
    why: ({ sasl }) => ({
      cause: `the brokers do not offer the mechanism ${sasl?.mechanism}`,
      action:
        'Set kafka.sasl.mechanism to one that they have (sasl.enabled.mechanisms at the brokers), or let them have it.',
    }),
  },
  {
    is: says(/KafkaJSSASLAuthenticationError|SASL_AUTHENTICATION_FAILED/),
    why: ({ sasl }, reason) => ({
      cause: `the brokers refuse the user ${sasl?.username}: the password is wrong, or they know no such user (${reason})`,
      action:
        'Correct kafka.sasl.username and kafka.sasl.password, which count from the next start on; or make the user (kafka-configs.sh --alter --entity-type users).',
    }),
  },
  {
    is: says(/speaks TLS/),
    why: () => ({
      cause: 'the port speaks TLS, and podpipe speaks to it in clear text',
      action: 'Set kafka.tls.enabled: true, or name a port without TLS in kafka.brokers.',
    }),
  },
  {
    onlyAtFirst: true,
    is: (seen, { tls }) =>
      tls !== undefined &&
      says(/wrong version number|before secure TLS connection|packet length too long/)(seen),
    why: () => ({
      cause: 'the port does not speak TLS: it ends the connection at the first word of it',
      action: 'Name the port for TLS in kafka.brokers, or set kafka.tls.enabled: false.',
    }),
  },
  {
    onlyAtFirst: true,
    is: (seen, { sasl }) => sasl === undefined && says(/Closed connection|ECONNRESET|EPIPE/)(seen),
    why: ({ tls }) => ({
      cause:
        'it takes the connection and ends it at the first question, as a broker does that wants to know who is there',
      action: `Set kafka.sasl (mechanism, username, password)${tls === undefined ? ' and kafka.tls.enabled' : ''} as the brokers want it, or name a port without.`,
    }),
  },
  {
    is: says(/ENOTFOUND|EAI_AGAIN|has not been found yet/),
    why: (_, reason) => ({
      cause: `the name of a broker cannot be found (${reason})`,
      action:
        'Correct it in kafka.brokers, or start what bears it: in containers Kafka has to run, and both have to be on one network.',
    }),
  },
  {
    is: says(/NOT_ENOUGH_REPLICAS|fewer in-sync replicas/),
    why: (_, reason) => ({
      cause: `fewer brokers are in sync than min.insync.replicas asks for (${reason})`,
      action: 'Start the brokers that are down, or look why they lag; what was taken is safe.',
    }),
  },
]

const usual = 'Check that the brokers run, that kafka.brokers names them, and that this machine reaches them.'

/**
 * @param security how the cluster was spoken to
 * @param hasAnswered whether it ever has
 */
export function whyNot(error: unknown, security: KafkaSecurity | undefined, hasAnswered: boolean): WhyNot {
  const way: Way = { tls: security?.tls, sasl: security?.sasl }
  const codes = new Set<string>()
  const texts: string[] = []
  hasCause(error, each => {
    if ('code' in each) codes.add(String(each.code))
    if ('type' in each) texts.push(String(each.type))
    texts.push(each.name, each.message)
    return false
  })
  const seen = { codes, text: [...texts, ...codes].join('\n') }
  const reason = shortOf(reasonOf(error))
  const rule = rules.find(({ is, onlyAtFirst }) => is(seen, way) && !(hasAnswered && onlyAtFirst))
  return rule?.why(way, reason) ?? { cause: reason, action: usual }
}

/** OpenSSL tells the file and the line of its source as well. */
const shortOf = (reason: string): string =>
  (/SSL routines:[^:]*:([^:]+):/.exec(reason)?.[1] ?? reason).replaceAll(/\s+/g, ' ').trim()
