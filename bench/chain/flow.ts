// Waiting for a chain: until its sessions are open, until everything has arrived.

import { setTimeout as sleep } from 'node:timers/promises'
import { knownServices } from '@podpipe/schemas/service.ts'
import type { Processes } from './processes.ts'

const pollInterval = 50
const tellInterval = 2_000
/** A chain in which nothing moves for so long has come to a standstill, milliseconds. */
const patience = 60_000

/**
 * Waits until every session to Proofpoint is open.
 * @throws Error when a process has ended or a minute has passed, the signal's reason when that fires
 */
export async function sessionsOpen(processes: Processes, signal: AbortSignal): Promise<void> {
  const until = performance.now() + patience
  for (;;) {
    const { sessions } = await look(processes.proofpoint.stats, processes, signal)
    if (sessions.length === knownServices.length) return
    if (performance.now() > until) {
      const words = Object.values(processes.services).map(({ name, tail }) => `${name}:\n${tail(5)}`)
      throw new Error(
        `${sessions.length} of ${knownServices.length} sessions to Proofpoint were open after ${patience / 1000} s. The last words of the services:\n${words.join('\n')}`,
      )
    }
    await sleep(pollInterval)
  }
}

/**
 * Waits until every event offered is at the sink.
 * @param tell is called now and then with the number of events that are
 * @returns false when nothing moved for a minute
 * @throws Error when a process has ended, the signal's reason when that fires
 */
export async function untilDelivered(
  processes: Processes,
  signal: AbortSignal,
  tell: (delivered: number) => void,
): Promise<boolean> {
  let before = -1
  let movedAt = performance.now()
  let toldAt = movedAt
  for (;;) {
    const { distinct, frames } = await look(processes.devo.stats, processes, signal)
    const { ledger, progress } = await look(processes.proofpoint.stats, processes, signal)
    const allSent = Object.values(progress).every(({ offered, sent }) => sent === offered)
    if (allSent && distinct >= ledger.events) return true
    const now = performance.now()
    if (frames + ledger.sent !== before) movedAt = now
    before = frames + ledger.sent
    if (now - movedAt > patience) return false
    if (now - toldAt > tellInterval) {
      tell(distinct)
      toldAt = now
    }
    await sleep(pollInterval)
  }
}

async function look<Stats>(
  stats: () => Promise<Stats>,
  processes: Processes,
  signal: AbortSignal,
): Promise<Stats> {
  signal.throwIfAborted()
  processes.requireAll()
  return stats()
}
