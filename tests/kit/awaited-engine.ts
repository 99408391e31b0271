// An engine that is being made while the unit tests run, as .ci/run does it: whoever needs it waits until it is known how that went.

import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 200
/** Longer than anybody's bound for the making: who writes the file may have died. */
const patienceMs = 600_000

/**
 * Waits for the file that ENGINE_OUTCOME names, whose first line is `ready`, or why there is no engine; then NO_ENGINE says so to all
 * that this process starts. A file that does not come in ten minutes counts as no engine.
 * @returns what is to be told of it; undefined where no engine is awaited
 */
export async function awaitEngine(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = env.ENGINE_OUTCOME
  if (!file) return undefined
  const started = performance.now()
  while (!existsSync(file) && performance.now() - started < patienceMs) await delay(pollMs)
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  const [outcome = '', ...said] = outcomeIn(file)
  const isReady = outcome === 'ready'
  if (!isReady) env.NO_ENGINE = outcome
  const verdict = isReady
    ? 'The engine is ready'
    : `NO CONTAINER ENGINE, OR NO IMAGE: the tests of containers are skipped. Why: ${outcome}`
  return [...said, `=== ${verdict}; it was waited for ${seconds} s.`].join('\n')
}

function outcomeIn(file: string): string[] {
  if (!existsSync(file)) return [`nothing was said of it in ${patienceMs / 60_000} minutes`]
  return readFileSync(file, 'utf8').trim().split('\n')
}
