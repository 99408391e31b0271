// rsyslog as a sender: imkafka to omfwd over mutual TLS, at its best as far as its documents tell.

import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endWith } from '../child.ts'

export interface RsyslogSetting {
  readonly folder: string
  readonly brokers: readonly string[]
  readonly topic: string
  readonly group: string
  readonly port: number
  readonly cert: string
  readonly key: string
  readonly chain: string
}

export interface RunningRsyslog {
  readonly pid: number
  /** @throws Error with its last words when it has ended */
  requireRunning(): void
}

const program = '/usr/sbin/rsyslogd'
const modulesAt = '/usr/lib/*/rsyslog'

/** What is missing for rsyslog as a peer, as a sentence with the way to get it; undefined when all is there. */
export function missingOfRsyslog(): string | undefined {
  const modules = globSync(`${modulesAt}/*.so`).map(path => path.slice(path.lastIndexOf('/') + 1))
  const isThere = existsSync(program) && modules.includes('imkafka.so') && driverIn(modules) !== undefined
  return isThere
    ? undefined
    : 'rsyslog with Kafka and TLS is not installed: apt-get install rsyslog rsyslog-kafka rsyslog-gnutls'
}

/** The faster one of the two where both are there. */
function driverIn(modules: readonly string[]): 'gtls' | 'ossl' | undefined {
  if (modules.includes('lmnsd_gtls.so')) return 'gtls'
  return modules.includes('lmnsd_ossl.so') ? 'ossl' : undefined
}

/** @param stack takes what ends it */
export function startRsyslog(setting: RsyslogSetting, stack: AsyncDisposableStack): RunningRsyslog {
  const { folder } = setting
  const driver =
    driverIn(globSync(`${modulesAt}/*.so`).map(path => path.slice(path.lastIndexOf('/') + 1))) ?? 'gtls'
  const conf = join(folder, 'rsyslog.conf')
  const logFile = join(folder, 'rsyslog.log')
  writeFileSync(conf, configOf(setting, driver))
  const child: ChildProcess = spawn(program, ['-n', '-f', conf, '-i', join(folder, 'rsyslog.pid')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const log = createWriteStream(logFile)
  child.stdout?.pipe(log, { end: false })
  child.stderr?.pipe(log, { end: false })
  // Behind the end of the process: a stack is given back from its last piece on.
  stack.defer(() => void log.end())
  endWith(stack, child)
  return {
    pid: child.pid ?? -1,
    requireRunning() {
      if (child.exitCode === null && child.signalCode === null) return
      throw new Error(
        `rsyslogd has ended: ${readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n')}`,
      )
    },
  }
}

/**
 * Batches of a thousand and fetches of a megabyte and more. Its checks of the bytes are off: it is to pass them on, not
 * to make text of them. https://www.rsyslog.com/doc/configuration/modules/imkafka.html
 */
function configOf(
  { folder, brokers, topic, group, port, cert, key, chain }: RsyslogSetting,
  driver: 'gtls' | 'ossl',
): string {
  return `global(workDirectory="${folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"
  defaultNetstreamDriver="${driver}" defaultNetstreamDriverCAFile="${chain}"
  defaultNetstreamDriverCertFile="${cert}" defaultNetstreamDriverKeyFile="${key}")
module(load="imkafka")
template(name="devo" type="string" string="<14>%timegenerated:::date-pgsql% bench mail.proofpoint.pod.message: %rawmsg%\\n")
input(type="imkafka" topic="${topic}" broker=[${brokers.map(each => `"${each}"`).join(', ')}] consumergroup="${group}"
  confParam=["auto.offset.reset=earliest", "fetch.wait.max.ms=10", "queued.min.messages=20000"] ruleset="out")
ruleset(name="out" queue.type="fixedArray" queue.size="20000" queue.dequeueBatchSize="1024" queue.workerThreads="1") {
  action(type="omfwd" target="localhost" port="${port}" protocol="tcp" template="devo"
    streamDriver="${driver}" streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="localhost"
    action.resumeRetryCount="-1" action.resumeInterval="1")
}
`
}
