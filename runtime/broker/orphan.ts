// Stops a process that is not our child: the broker of a podpipe that was killed outright.

import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { isAlive, type ProcessIdentity } from './process-identity.ts'

/** What a clean stop of a broker may take, in ms, before it is killed. */
const budgetMs = 20_000

/**
 * Asks the process to end, kills it after the budget, and resolves when it is gone.
 * Its identity is checked before every signal: an id that was given away since is left alone.
 */
export async function stopOrphan(orphan: ProcessIdentity, log: Log): Promise<void> {
  log.warn({ pid: orphan.pid }, 'Stopping the Kafka broker that a killed podpipe has left running')
  send(orphan, 'SIGTERM')
  if (await isGone(orphan, budgetMs)) return
  log.warn({ pid: orphan.pid, budget_ms: budgetMs }, 'The left broker did not stop in time: killing it')
  send(orphan, 'SIGKILL')
  await isGone(orphan, budgetMs)
}

function send(orphan: ProcessIdentity, signal: NodeJS.Signals): void {
  if (isAlive(orphan)) process.kill(orphan.pid, signal)
}

/** Polls, since the end of a process that is not our child is not reported. */
async function isGone(orphan: ProcessIdentity, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 25) {
    if (!isAlive(orphan)) return true
    await delay(25)
  }
  return !isAlive(orphan)
}
