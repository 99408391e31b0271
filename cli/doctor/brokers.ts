// What brokers say of themselves, held against what podpipe needs of them: the requests that they take, their release, their disks. Pure.

import { lacking, releaseOf, releaseOfLevel } from '@podpipe/runtime/kafka/administration/broker-release.ts'
import type { BrokerFacts } from '@podpipe/runtime/kafka/administration/every-broker.ts'
import { bad, type Check, good } from '../check/check.ts'
import { size } from './size.ts'

/** The checks of all brokers of a cluster. */
export const checkBrokers = (brokers: readonly BrokerFacts[], isEmbedded: boolean): Check[] => [
  checkReleases(brokers),
  // The disk of podpipe's own broker is this machine's.
  ...(isEmbedded ? [] : brokers.flatMap(checkDisks)),
]

function checkReleases(brokers: readonly BrokerFacts[]): Check {
  const many = `${brokers.length} ${brokers.length === 1 ? 'broker' : 'brokers'}`
  for (const { node, versions } of brokers) {
    const missing = lacking(versions.requests)
    if (missing.length === 0) continue
    return bad(
      'kafka',
      `${many}, and broker ${node} is an Apache Kafka ${releaseOf(versions)} that does not take what podpipe asks: ${missing.join(', ')}; ` +
        'docs/upgrading.md says which releases podpipe was run on',
    )
  }
  const releases = new Map(brokers.map(({ node, versions }) => [node, releaseOf(versions)]))
  const [release = '?', ...others] = new Set(releases.values())
  if (others.length > 0) {
    const each = [...releases].map(([node, its]) => `broker ${node} is ${its}`).join(', ')
    return bad('kafka', `brokers of different releases of Apache Kafka: ${each}; finish the upgrade`)
  }
  const { metadata, level } = brokers[0]?.versions ?? {}
  const below =
    level !== undefined && level > 0 && level !== metadata && releaseOfLevel(level) !== release
      ? `, working at the level of ${releaseOfLevel(level)} (metadata.version ${level}), which podpipe needs not be raised`
      : ''
  return good('kafka', `${many}, Apache Kafka ${release}, which takes every request of podpipe${below}`)
}

/** Kafka ends, or gives the folder up, when it cannot write. A share of the file system. */
const scarce = 0.1

function checkDisks({ node, logDirs }: BrokerFacts): Check[] {
  return logDirs.flatMap(({ folder, free, size: all, isLost }): Check[] => {
    const where = `broker ${node} in ${folder}`
    if (isLost)
      return [
        bad(
          'kafka',
          `${where}: the broker has given this folder up, as it does when it cannot write there; look at that disk and restart it`,
        ),
      ]
    if (free === undefined || all === undefined || all === 0) return []
    const text = `${where}: ${size(free)} of ${size(all)} (${Math.floor((100 * free) / all)} %) are free`
    return [
      free / all >= scarce
        ? good('kafka', text)
        : bad(
            'kafka',
            `${text}; make room there: a broker whose disk is full ends, and what it leads waits or moves`,
          ),
    ]
  })
}
