// `podpipe simulate devo`: from options to a running simulator.

import { type Devo, startDevo } from '@podpipe/simulators/devo/devo.ts'
import type { Ending } from '@podpipe/simulators/devo/peer.ts'
import { devoRoutes } from '@podpipe/simulators/routes.ts'
import { certificatesOf, explainListen, type ProgramOptions, runProgram } from './simulate-program.ts'

export interface DevoProgramOptions extends ProgramOptions {
  ending: Ending
  resetAfterBytes: number
  resetTimes?: number
  idleClose: number
  bytesPerSecond: number
  seed: number
  plain?: boolean
}

/**
 * Runs the simulator until it is stopped.
 * @throws ConfigurationError for a port in use or certificates that do not fit
 */
export async function simulateDevo(options: DevoProgramOptions): Promise<void> {
  const { host, port, ending, resetAfterBytes, resetTimes, bytesPerSecond, seed, plain = false } = options
  const certificates = await certificatesOf(options)
  const devo = await startDevo({
    ...(plain ? {} : { certificates }),
    host,
    port,
    ending,
    resetAfterBytes,
    ...(resetTimes === undefined ? {} : { resetTimes }),
    idleCloseMs: options.idleClose,
    bytesPerSecond,
    seed,
  }).catch(explainListen('--port', host, port))

  const { chainFile, client } = certificates
  const files = { chain: chainFile, cert: client.certFile, key: client.keyFile }
  const place = `address: localhost, port: ${devo.port}`
  const keys = plain
    ? `${place}\n(an output of type syslog)`
    : `${place}, type: SSL\n  chain: ${files.chain}\n  cert: ${files.cert}\n  key: ${files.key}`
  await runProgram(
    {
      introduction: `The Devo simulator listens at localhost:${devo.port}. To point podpipe at it, in config.yaml under the output:
  ${keys}`,
      facts: { address: 'localhost', port: devo.port, ...(plain ? {} : files) },
      routes: devoRoutes(devo),
      stats: () => devo.stats(),
      summary: () => summaryOf(devo),
      close: () => devo.close(),
    },
    options,
  )
}

function summaryOf(devo: Devo): string {
  const { frames, distinct, doubled, malformed, tornTails, resets, open } = devo.stats()
  return `${frames} events received: ${distinct} distinct, ${doubled} doubled, ${malformed} malformed; ${open} connections open, ${resets} reset, ${tornTails} torn tails.`
}
