// What both simulator programs share: certificates, the control port, lines of counts, and an ordered end.

import { resolve } from 'node:path'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { listenForStop } from '@podpipe/runtime/stop.ts'
import { type Certificates, loadCertificates } from '@podpipe/simulators/certificates.ts'
import { type ControlRoutes, startControl } from '@podpipe/simulators/control.ts'

export interface ProgramOptions {
  host: string
  port: number
  certs: string
  domain: string
  hostName?: string[]
  controlPort?: number
  output: 'text' | 'json'
}

export interface Program {
  /** What the program is and how to point podpipe at it, for people. */
  introduction: string
  /** The same for scripts. */
  facts: Record<string, unknown>
  routes: ControlRoutes
  stats(): object
  /** The counts in one line. */
  summary(): string
  close(): Promise<void>
}

const statsEveryMs = 5000
const stopBudgetMs = 5000

/** Reads or makes the certificates. @throws ConfigurationError when the folder is of no use */
export async function certificatesOf(options: ProgramOptions): Promise<Certificates> {
  const { certs, domain, hostName: hostNames = [] } = options
  return loadCertificates(resolve(certs), { domain, hostNames }).catch(error => {
    throw new ConfigurationError(
      `--certs ${certs}: the certificates for domain ${domain} cannot be read or made: ${reasonOf(error)}. ` +
        'Name an empty or a new folder, or the domain that the folder was made for.',
    )
  })
}

/** Turns the error of a listening socket into a sentence. */
export function explainListen(option: string, host: string, port: number): (error: unknown) => never {
  return error => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new ConfigurationError(
        `${option} ${port} is in use at ${host} by another process. Stop that one, or choose another port; 0 takes any free one.`,
      )
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigurationError(
        `${option}: cannot listen at ${host}, port ${port}: ${reasonOf(error)}. Choose a port above 1023 and an address of this machine.`,
      )
    }
    throw error
  }
}

/** Prints what there is to know and runs until SIGTERM or Ctrl-C. */
export async function runProgram(program: Program, options: ProgramOptions): Promise<void> {
  const control =
    options.controlPort === undefined
      ? undefined
      : await startControl(options.controlPort, program.routes).catch(async error => {
          await program.close()
          return explainListen('--control-port', '127.0.0.1', options.controlPort ?? 0)(error)
        })
  const stop = listenForStop(stopBudgetMs, createLog('simulate', 'silent'))
  const say = (what: string, text: string, facts: object) =>
    process.stdout.write(`${options.output === 'json' ? JSON.stringify({ what, ...facts }) : text}\n`)

  const controlLine = control ? `\nControl: ${control.url}/stats and more, see --help.` : ''
  const facts = { ...program.facts, ...(control ? { control: control.url } : {}) }
  say('listening', program.introduction + controlLine, facts)
  let told = ''
  const timer = setInterval(() => {
    const summary = program.summary()
    if (summary !== told) say('stats', summary, program.stats())
    told = summary
  }, statsEveryMs)

  await new Promise(done => {
    if (stop.signal.aborted) done(undefined)
    stop.signal.addEventListener('abort', done)
  })
  clearInterval(timer)
  await control?.close()
  await program.close()
  say('stopped', `Stopped. ${program.summary()}`, program.stats())
  // The listeners for signals must not keep a finished program alive.
  process.exitCode = 0
}
