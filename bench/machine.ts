// The machine the figures are true for, in two lines.

import { execFile } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'

/** @throws ConfigurationError anywhere but on Linux: what processes use is read from /proc */
export function requireLinux(platform: NodeJS.Platform): void {
  if (platform === 'linux') return
  throw new ConfigurationError(
    `The benchmarks read what each process uses from /proc, which ${platform} does not have. Run them on Linux, in a container for instance.`,
  )
}

/**
 * Describes the machine.
 * @param java the program that runs the broker
 */
export async function describeMachine(java: string): Promise<string> {
  const processors = cpus()
  const memory = (totalmem() / 1e9).toFixed(1)
  const [load = 0] = loadavg()
  // Java prints its version to standard error, the first line is the one that names it.
  const { stderr } = await promisify(execFile)(java, ['-version'])
  return (
    `${processors.length} cores (${processors[0]?.model ?? 'unknown'}), ${memory} GB of memory, Linux ${release()}\n` +
    `Node ${process.version}, ${stderr.split('\n', 1)[0]}, load before the start ${load.toFixed(2)}\n`
  )
}
