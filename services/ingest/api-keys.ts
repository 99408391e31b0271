// The API keys of one input, read again before each connection, so that a renewed key needs no restart.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Keys } from '@podpipe/runtime/config/keys.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { SessionEnd } from './session-end.ts'

export interface ApiKeys {
  /** The key for the next live connection. */
  live(): string
  /** The key for the next connection to the archive: the second one where there is one. */
  archive(): string
}

/**
 * @param first the keys that were read at the start
 * @param read reads them again; while that fails, the last good ones count
 */
export function createApiKeys(input: string, first: Keys, read: () => Keys, log: Log): ApiKeys {
  let keys = first
  let told = false

  const latest = (): Keys => {
    try {
      // Whether live and archive run side by side is decided at the start; a second key that goes is kept.
      const { apiKey, backfillApiKey = keys.backfillApiKey } = read()
      if (apiKey !== keys.apiKey || backfillApiKey !== keys.backfillApiKey) {
        log.info({ input }, 'the configuration has another API key; it is used from now on')
      }
      keys = { apiKey, backfillApiKey }
      told = false
    } catch (error) {
      if (!told) {
        log.warn(
          { input, reason: reasonOf(error) },
          'the API key cannot be read again; the last good one is used until it can',
        )
      }
      told = true
    }
    return keys
  }

  return {
    live: () => latest().apiKey,
    archive: () => latest().backfillApiKey ?? keys.apiKey,
  }
}

const look = 1_000

/** Whether Proofpoint refused the session for its key. */
export const isKeyRefused = (end: SessionEnd): boolean => end.kind === 'refused' && end.status === 401

/**
 * Waits before the next attempt; no longer than until there is a new key, where the last one was refused.
 * @param wait milliseconds
 * @param hasNewKey is asked every second; undefined when the key is not what failed
 */
export async function pause(
  wait: number,
  hasNewKey: (() => boolean) | undefined,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + wait
  for (let left = wait; left > 0 && !signal.aborted; left = until - performance.now()) {
    const step = hasNewKey === undefined ? left : Math.min(look, left)
    await sleep(step, undefined, { signal }).catch(() => undefined)
    if (hasNewKey?.()) return
  }
}
