// `podpipe simulate proofpoint`: from options to a running simulator.

import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { EventType, OtherType } from '@podpipe/simulators/events/events.ts'
import { type Proofpoint, startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { proofpointRoutes } from '@podpipe/simulators/routes.ts'
import { certificatesOf, explainListen, type ProgramOptions, runProgram } from './simulate-program.ts'

export interface ProofpointProgramOptions extends ProgramOptions {
  cid: string
  token: string
  events: number | Partial<Record<EventType, number>>
  otherType?: OtherType
  eventsFile?: string
  rate: number
  duplicates: number
  disorder: number
  junk: number
  withoutId: number
  multiline: number
  oversize: number
  seed: number
  repeatAfterUncleanEnd: number
  linger: number
  liveMisses: number
  fragments: number
  ping: number
  idleDrop: number
}

/**
 * Runs the simulator until it is stopped.
 * @throws ConfigurationError for a port in use, an unreadable file or certificates that do not fit
 */
export async function simulateProofpoint(options: ProofpointProgramOptions): Promise<void> {
  const { host, port, cid, token } = options
  const shares = options.duplicates + options.junk + options.withoutId
  if (shares > 1) {
    throw new ConfigurationError(
      `--duplicates, --junk and --without-id add up to ${shares}, but a frame is only one of these. Make the sum at most 1.`,
    )
  }
  const certificates = await certificatesOf(options)
  const proofpoint = await startProofpoint({
    certificates,
    host,
    port,
    cluster: cid,
    tokens: [token],
    events: options.events,
    ...(options.eventsFile === undefined ? {} : { eventsFile: options.eventsFile }),
    ...(options.otherType === undefined ? {} : { otherType: options.otherType }),
    rate: options.rate,
    duplicates: options.duplicates,
    disorder: options.disorder,
    junk: options.junk,
    noId: options.withoutId,
    multiline: options.multiline,
    oversize: options.oversize,
    seed: options.seed,
    repeatAfterUncleanEndMs: options.repeatAfterUncleanEnd,
    lingerMs: options.linger,
    liveMisses: options.liveMisses,
    fragments: Math.max(1, options.fragments),
    pingMs: options.ping,
    idleDropMs: options.idleDrop,
  }).catch(explainStart(options))

  await runProgram(
    {
      introduction: `The Proofpoint simulator serves ${proofpoint.url}/v1/stream. To point podpipe at it:
  in the environment: NODE_EXTRA_CA_CERTS=${certificates.chainFile}
  in config.yaml, under credentials: cluster_id: ${cid} and api_key: ${token}
  in config.yaml, under each service: override_url_base: ${proofpoint.url}`,
      facts: { url: proofpoint.url, cluster_id: cid, api_key: token, extra_ca_certs: certificates.chainFile },
      routes: proofpointRoutes(proofpoint),
      stats: () => proofpoint.stats(),
      summary: () => summaryOf(proofpoint),
      close: () => proofpoint.close(),
    },
    options,
  )
}

function explainStart({ eventsFile, host, port }: ProofpointProgramOptions) {
  return (error: unknown): never => {
    if (error instanceof Error && 'syscall' in error && error.syscall !== 'listen' && eventsFile) {
      throw new ConfigurationError(
        `--events-file ${eventsFile} cannot be read: ${reasonOf(error)}. Name a file with one event a line.`,
      )
    }
    return explainListen('--port', host, port)(error)
  }
}

function summaryOf(proofpoint: Proofpoint): string {
  const { sessions, progress, ledger } = proofpoint.stats()
  const offered = Object.values(progress).reduce((sum, each) => sum + each.offered, 0)
  const open = sessions.map(({ type, mode }) => `${type} (${mode})`).join(', ') || 'none'
  return `${ledger.sent} frames sent of ${offered} offered: ${ledger.events} events, ${ledger.duplicates} duplicates, ${ledger.junk} junk; open sessions: ${open}.`
}
