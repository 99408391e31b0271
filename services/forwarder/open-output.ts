// Opens an output as the configuration describes it: its certificates, its peer, and what watches over it while it runs.

import type { Confirm, Output as OutputConfig, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { createConsoleOutput } from './console-output.ts'
import type { Output } from './delivery.ts'
import { hasTable } from './evidence/unacknowledged.ts'
import { createPeerOutput } from './output.ts'
import { readTlsMaterial } from './tls/tls-material.ts'
import { watchTlsFiles } from './tls/watched-tls-files.ts'

const tellDaysEvery = 3_000

/** An output with connections of its own. */
export interface OpenOutput {
  readonly output: Output
  /** Ends the watch over its certificates; closing the output is the caller's. */
  stopWatching(): void
}

/**
 * Opens an output; it connects when the first frame comes.
 * @param options.onDays is told now and then in how many days the certificates of an output over TLS end
 * @throws ConfigurationError when its certificates cannot be used, or nothing could be confirmed on this system
 */
export function openOutput(
  settings: OutputConfig,
  options: {
    readonly config: Pick<PodpipeConfig, 'forwarder'>
    readonly log: Log
    readonly onDays?: (file: 'cert' | 'chain', days: number) => void
  },
): OpenOutput {
  const { config, log, onDays } = options
  const { name } = settings
  if (settings.kind === 'console') return { output: createConsoleOutput(name), stopWatching: () => undefined }
  const { address, port, confirm, connections, kind } = settings
  requireTable(name, kind, confirm, log)
  const common = {
    name,
    address,
    port,
    confirm,
    limits: { ...config.forwarder, outstanding: connections },
    log,
  }
  if (settings.kind === 'tcp') return { output: createPeerOutput(common), stopWatching: () => undefined }

  const { checkHostname, compression, securityLevel, systemRoots } = settings
  const tls = readTlsMaterial(settings)
  const tlsChoices = { securityLevel, systemRoots }
  const output = createPeerOutput({ ...common, tls, tlsChoices, checkHostname, compression })
  const watched = watchTlsFiles({
    output: name,
    files: settings,
    material: tls,
    choices: tlsChoices,
    apply: material => output.useMaterial(material),
    log,
  })
  const tellDays = (): void => {
    const days = watched.daysLeft()
    for (const file of ['cert', 'chain'] as const) onDays?.(file, days[file])
  }
  tellDays()
  const timer = setInterval(tellDays, tellDaysEvery)
  return {
    output,
    stopWatching() {
      clearInterval(timer)
      watched.stop()
    },
  }
}

/** @throws ConfigurationError where an output depends on what only Linux tells */
function requireTable(name: string, kind: 'tls' | 'tcp', confirm: Confirm, log: Log): void {
  if (hasTable() || confirm === 'written' || (kind === 'tls' && confirm === 'closed')) return
  const what = `only Linux tells what a peer's TCP has acknowledged, in /proc/self/net/tcp, which this process cannot read`
  if (kind === 'tls' && confirm === 'auto') {
    log.warn(
      { output: name },
      `output ${name} takes a TLS close_notify for evidence and nothing else: ${what}`,
    )
    return
  }
  throw new ConfigurationError(
    `Output ${name} cannot confirm anything here: ${what}. ` +
      `Run podpipe on Linux with /proc mounted, or choose ${kind === 'tls' ? 'confirm: closed' : 'an output over TLS'}.`,
  )
}
