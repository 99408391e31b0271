// A podpipe command run to its end.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The command itself. */
export const podpipe = fileURLToPath(new URL('../../../cli/podpipe.js', import.meta.url))

/**
 * Runs `podpipe ARGS` without a terminal.
 * @param env beside the environment of the test
 */
export async function runPodpipe(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ out: string; err: string; code: number }> {
  const child = spawn(process.execPath, [podpipe, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code }
}
