// One `message` event: what the filter decided about one mail. Pure; field names follow the public samples.

import type { Random } from '../random.ts'
import { formatTime } from '../times.ts'
import { messagePart } from './message-part.ts'
import {
  agentName,
  alphanumerics,
  hexDigits,
  hostName,
  ipAddress,
  type Person,
  person,
  queueId,
  subject,
  urlAlphabet,
} from './words.ts'

/** Minutes east of UTC: message and maillog events bear the cluster's local time. */
const clusterOffset = -420

/**
 * Makes a message event as a plain object.
 * @param at its time, milliseconds since 1970
 * @param extraBytes about so many bytes of extracted text are added, for the heavy tail
 */
export function message(
  random: Random,
  at: number,
  cluster: string,
  extraBytes: number,
): Record<string, unknown> {
  const guid = random.text(urlAlphabet, 32)
  const from = person(random)
  const to = Array.from({ length: 1 + random.below(3) }, () => person(random))
  const host = hostName(random)
  const agent = agentName(random)
  const addresses = to.map(each => each.address)
  const parts = Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, (_, i) => messagePart(random, i, 0))
  if (extraBytes > 0) parts.push(messagePart(random, parts.length, extraBytes))
  return {
    connection: connection(random, host),
    envelope: { from: from.address, rcpts: addresses },
    filter: filter(random, at, addresses),
    guid,
    metadata: { origin: { data: { agent, cid: cluster, version: '8.21.0.1522' } } },
    msg: content(random, from, to, host),
    msgParts: parts,
    ts: formatTime(at, random.below(1000), clusterOffset),
  }
}

function connection(random: Random, host: string) {
  const cipherBits = random.pick([128, 256])
  const cipher = `ECDHE-RSA-AES${cipherBits}-GCM-SHA${cipherBits === 128 ? 256 : 384}`
  return {
    country: random.pick(['us', 'de', 'ch', 'jp', '**']),
    helo: host,
    host,
    ip: ipAddress(random),
    protocol: 'smtp:smtp',
    resolveStatus: random.pick(['ok', 'ok', '[unknown]']),
    sid: random.text(alphanumerics.toLowerCase(), 10),
    ...(random.chance(0.8) ? { tls: { inbound: { cipher, cipherBits, version: 'TLSv1.2' } } } : {}),
  }
}

function filter(random: Random, at: number, recipients: string[]) {
  const disposition = random.pick(['accept', 'continue', 'continue', 'discard', 'reject'])
  return {
    actions: [
      { action: 'add-header', module: 'av', rule: 'clean' },
      { action: 'add-header', module: 'spam', rule: 'notspam' },
      { action: disposition, isFinal: true, module: 'spam', rule: 'notspam' },
    ],
    delivered: { rcpts: recipients },
    disposition,
    durationSecs: random.below(2_000_000) / 1_000_000,
    isMsgEncrypted: false,
    isMsgReinjected: false,
    modules: {
      dkimv: [{ domain: 'example.com', result: random.pick(['pass', 'none', 'fail']), selector: 'mail' }],
      dmarc: { filterdResult: 'pass', records: [], srvid: 'example.net' },
      pdr: { v2: { response: `127.0.0.${random.below(256)}`, rscore: random.below(1000) } },
      spam: {
        charsets: ['utf-8'],
        langs: ['en', 'de'],
        scores: { classifiers: classifiers(random), engine: 0, overall: random.below(100) },
        version: { definitions: `main-${2_500_000_000 + random.below(99_999)}`, engine: '8.21.0-2504280000' },
      },
      spf: { domain: 'example.com', result: random.pick(['pass', 'softfail', 'none']) },
      urldefense: { counts: { rewritten: 0, total: random.below(9), unique: 0 }, version: { engine: '1.0' } },
      zerohour: { score: '0' },
    },
    msgSizeBytes: 800 + random.below(90_000),
    qid: queueId(random),
    routeDirection: random.pick(['inbound', 'outbound', 'internal']),
    routes: ['allow_relay', 'default_inbound', 'internalnet'],
    startTime: formatTime(at - random.below(3000), random.below(1000), clusterOffset),
    suborgs: { rcpts: ['0'], sender: '0' },
    verified: { rcpts: recipients },
  }
}

function classifiers(random: Random) {
  const score = () => (random.chance(0.8) ? 0 : random.below(100))
  return {
    adult: score(),
    bulk: score(),
    impostor: score(),
    lowpriority: score(),
    malware: 0,
    mlx: score(),
    mlxlog: random.chance(0.1) ? -1000 : random.below(1000),
    phish: score(),
    spam: score(),
    suspect: score(),
  }
}

function content(random: Random, from: Person, to: Person[], host: string) {
  const id = `${random.text(hexDigits, 24)}@${host}`
  const line = subject(random)
  const named = (each: Person) => `"${each.name}" <${each.address}>`
  const header = { from: [named(from)], 'message-id': [`<${id}>`], subject: [line], to: to.map(named) }
  const sizeBytes = 700 + random.below(90_000)
  // Some mails come without the derived fields; these are the small events.
  if (random.chance(0.3)) return { header, lang: '', normalizedHeader: {}, parsedAddresses: {}, sizeBytes }
  return {
    header,
    lang: random.pick(['en', 'de', 'und', '']),
    normalizedHeader: { from: [named(from)], 'message-id': [id], subject: [line], to: to.map(named) },
    parsedAddresses: {
      from: [from.address],
      fromDisplayNames: [from.name],
      to: to.map(each => each.address),
    },
    sizeBytes,
  }
}
