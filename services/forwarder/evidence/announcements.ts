// What an output says in the log of its peer: by what it confirms, that it fails, that it is well again.

import type { ConnectionEnd } from '../connection/connection.ts'
import type { PeerOutputOptions } from '../output-options.ts'
import { adviceFor } from '../tls/tls-faults.ts'
import { sentenceOn } from './evidence.ts'
import type { Judgement } from './witness.ts'

export interface Announcements {
  /** Said once, and again only when the peer's manner changes. */
  onNews(news: Pick<Judgement, 'became' | 'was'>): void
  onRecovered(attempts: number, resent: number): void
  /** @param frames how many are kept */
  onFailure(end: ConnectionEnd, frames: number, attempts: number): void
}

export function announcementsOf({
  name,
  address,
  port,
  log,
  confirm = 'auto',
}: PeerOutputOptions): Announcements {
  const peer = { output: name, address, port }
  return {
    onNews({ became, was }) {
      if (became === undefined) return
      const { isWeak, text } = sentenceOn(became, confirm)
      log[isWeak ? 'warn' : 'info'](
        { ...peer, confirm, evidence: became, ...(was !== undefined && { was }) },
        `output ${name} is confirmed by ${became}: ${text}`,
      )
    },
    onRecovered(attempts, resent) {
      log.info({ ...peer, attempts, resent }, 'the output works again: the peer has confirmed a stretch')
    },
    onFailure(end, frames, attempts) {
      const { ending, stage, code } = end
      const advice = adviceFor(end)
      log[advice.needsPerson ? 'error' : 'warn'](
        { ...peer, ending, stage, code, frames, attempts },
        `output ${name} has no proof of delivery from ${address}:${port}: ${end.reason}. ` +
          `${frames} events are kept and sent again until the peer confirms them; some may arrive twice. ${advice.text}`,
      )
    },
  }
}

/** What becomes of events that an output still has when it is closed. */
export const closedError = (output: string): Error =>
  new Error(
    `Output ${output} is closed: events without confirmation stay uncommitted in Kafka and are sent at the next start.`,
  )
