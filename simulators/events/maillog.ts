// One `maillog` event: one line of a mail server's log, raw and taken apart. Pure.

import type { Random } from '../random.ts'
import { formatTime } from '../times.ts'
import { agentName, base64Alphabet, hexDigits, hostName, ipAddress, person, queueId, uuid } from './words.ts'

/** Minutes east of UTC: message and maillog events bear the cluster's local time. */
const clusterOffset = -420

/**
 * Makes a maillog event as a plain object: a `from=` line or a `to=` line.
 * @param at its time, milliseconds since 1970
 */
export function maillog(random: Random, at: number, cluster: string): Record<string, unknown> {
  const id = random.text(base64Alphabet, 22)
  const ts = formatTime(at, random.below(1000), clusterOffset)
  const agent = agentName(random)
  const qid = queueId(random)
  const secure = random.chance(0.7)
  const tls = secure
    ? { cipher: 'TLS_AES_256_GCM_SHA384', verify: 'OK', version: 'TLSv1.3' }
    : { cipher: 'NONE', verify: 'NONE', version: 'NONE' }
  const sm = random.chance(0.4) ? fromLine(random) : toLine(random)
  const head = `${ts.slice(0, 26)}-07:00 ${agent.split('.')[0]} sendmail[${2000 + random.below(60_000)}]`
  return {
    data: `${head}: ${qid}: ${written(sm)}, tls_verify=${tls.verify}, tls_version=${tls.version}, cipher=${tls.cipher}`,
    id,
    metadata: {
      customerId: uuid(random),
      origin: { data: { agent, cid: cluster }, schemaVersion: '20200420' },
    },
    pps: { agent, cid: cluster },
    sm: { ...sm, qid },
    tls,
    ts,
  }
}

function fromLine(random: Random) {
  return {
    from: `<${person(random).address}>`,
    sizeBytes: String(700 + random.below(90_000)),
    class: '0',
    nrcpts: String(1 + random.below(4)),
    msgid: `<${random.text(hexDigits, 16)}@${hostName(random)}>`,
    proto: 'ESMTPS',
    daemon: 'MTA',
    relay: `${hostName(random)} [${ipAddress(random)}]`,
  }
}

function toLine(random: Random) {
  const [to, stat] = random.pick([
    [person(random).address, `Sent (${random.text(hexDigits, 12)} accepted)`],
    [person(random).address, 'Deferred: Connection timed out.'],
    ['/dev/null', 'Sent'],
  ] as const)
  return {
    to: [`<${to}>`],
    delay: `00:00:0${random.below(10)}`,
    xdelay: `00:00:0${random.below(10)}`,
    mailer: 'esmtp',
    pri: String(30_000 + random.below(90_000)),
    relay: `${hostName(random)}. [${ipAddress(random)}]`,
    dsn: stat.startsWith('Sent') ? '2.0.0' : '4.0.0',
    stat,
  }
}

function written(fields: Record<string, string | readonly string[]>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name === 'sizeBytes' ? 'size' : name}=${value}`)
    .join(', ')
}
