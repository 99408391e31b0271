// Real receivers as the peer, where the machine has them: by what they confirm, and what they lose when they are killed.
// RSYSLOG_MODDIR and SYSLOG_NG_MODULES name their modules where these are not in the usual place.

import { equal } from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Output } from '../delivery.ts'
import { frame } from '../frames/wire.ts'
import { createPeerOutput } from '../output.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)

interface Setting {
  readonly folder: string
  readonly port: number
  readonly secure: boolean
}

/** A receiver: its configuration, which has it write what it gets to FOLDER/out, and how it is started. */
interface Receiver {
  readonly name: string
  /** What to install where it is missing. */
  readonly packages: string
  readonly ways: readonly ('TLS' | 'plain TCP')[]
  readonly config: (setting: Setting) => string
  readonly command: (setting: Setting) => readonly string[]
  /** It writes what it gets to its standard output instead. */
  readonly toOutput?: true
  /** How many connections it serves at once, if that is less than we ask for. */
  readonly connections?: number
}

const bothWays = ['TLS', 'plain TCP'] as const

const rsyslog: Receiver = {
  name: 'rsyslogd',
  packages: 'rsyslog rsyslog-openssl',
  ways: bothWays,
  config: ({ folder, port, secure }) =>
    [
      ...(secure
        ? [
            `global(workDirectory="${folder}" DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="${folder}/ca.pem" DefaultNetstreamDriverCertFile="${folder}/cert.pem" DefaultNetstreamDriverKeyFile="${folder}/key.pem")`,
            'module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid" MaxSessions="2000")',
          ]
        : [`global(workDirectory="${folder}")`, 'module(load="imtcp" MaxSessions="2000")']),
      'template(name="raw" type="string" string="%rawmsg%\\n")',
      `input(type="imtcp" port="${port}" ruleset="all")`,
      `ruleset(name="all") { action(type="omfile" file="${folder}/out" template="raw") }`,
    ].join('\n'),
  command: ({ folder }) => ['-n', '-f', `${folder}/conf`, '-i', `${folder}/pid`],
}

const modules = process.env.SYSLOG_NG_MODULES
const syslogNg: Receiver = {
  name: 'syslog-ng',
  packages: 'syslog-ng-core',
  ways: bothWays,
  config: ({ folder, port, secure }) =>
    `@version: 3.38
options { threaded(yes); flush-lines(100); stats-freq(0); };
source s { network(ip("127.0.0.1") port(${port}) flags(no-parse) max-connections(2000) log-iw-size(200000) ${
      secure
        ? `transport("tls") tls(key-file("${folder}/key.pem") cert-file("${folder}/cert.pem") ca-file("${folder}/ca.pem") peer-verify(required-trusted))`
        : 'transport("tcp")'
    }); };
destination d { file("${folder}/out" template("$MSG\\n")); };
log { source(s); destination(d); };
`,
  command: ({ folder }) => [
    '-F',
    '-f',
    `${folder}/conf`,
    '-R',
    `${folder}/persist`,
    '-p',
    `${folder}/pid`,
    '-c',
    `${folder}/ctl`,
    ...(modules ? ['--module-path', modules] : []),
  ],
}

/** It serves one connection after the other, and keeps nothing but what it prints. */
const openssl: Receiver = {
  name: 'openssl',
  packages: 'openssl',
  ways: ['TLS'],
  config: () => '',
  command: ({ folder, port }) => [
    ...['s_server', '-quiet', '-accept', `127.0.0.1:${port}`, '-Verify', '2', '-verify_return_error'],
    ...['-cert', `${folder}/cert.pem`, '-key', `${folder}/key.pem`, '-CAfile', `${folder}/ca.pem`],
  ],
  toOutput: true,
  connections: 1,
}

for (const receiver of [rsyslog, syslogNg, openssl])
  for (const way of receiver.ways) {
    const secure = way === 'TLS'
    const isMissing = spawnSync(receiver.name, ['--version']).error !== undefined
    const skip = isMissing && `${receiver.name} is not installed here: apt-get install ${receiver.packages}`

    test(`${receiver.name} over ${way}: by what it confirms, and that everything arrives once`, {
      skip,
    }, async t => {
      const peer = await startReceiver(t, receiver, secure)
      const output = outputTo(t, peer.port, secure, receiver.connections)
      await send(output, 0, 20_000)
      const { evidence, resent, stretches } = output.status()
      const { lost, doubled } = await peer.account(20_000)
      t.diagnostic(JSON.stringify({ evidence, lost, doubled, resent, stretches }))
      equal(lost, 0)
    })

    test(`${receiver.name} over ${way}: what is lost when it is killed ten times`, { skip }, async t => {
      const peer = await startReceiver(t, receiver, secure)
      const output = outputTo(t, peer.port, secure, receiver.connections)
      let sent = 0
      const kills = (async () => {
        for (let kill = 0; kill < 10; kill += 1) {
          await sleep(150)
          await peer.restart('SIGKILL')
        }
      })()
      let killed = false
      void kills.then(() => {
        killed = true
      })
      while (!killed || sent < 50_000) {
        await send(output, sent, sent + 2_000)
        sent += 2_000
      }
      const { confirmed, resent } = output.status()
      const { lost, doubled } = await peer.account(sent)
      t.diagnostic(JSON.stringify({ sent, lost, doubled, resent, confirmed }))
    })
  }

function outputTo(t: TestContext, port: number, secure: boolean, outstanding = 4): Output {
  const output = createPeerOutput({
    name: 'o',
    address: '127.0.0.1',
    port,
    ...(secure && { tls: { ...client, chain: authority.cert } }),
    limits: { stretchEvents: 1_000, stretchBytes: 1024 * 1024, stretchMs: 100, outstanding },
    log: createLog('test', 'silent'),
    silenceMs: 5_000,
    random: () => 0.1,
  })
  t.after(() => output.close())
  return output
}

const numbered = (number: number): Buffer =>
  frame({
    eventTimeMs: 0,
    tag: 'mail.proofpoint.pod.message',
    host: 'h',
    payload: Buffer.from(`{"n":${number},"x":"${'y'.repeat(500)}"}`),
  })

async function send(output: Output, from: number, to: number): Promise<void> {
  const confirmed: Promise<void>[] = []
  for (let at = from; at < to; at += 250) {
    const frames = Array.from({ length: Math.min(250, to - at) }, (_, index) => numbered(at + index))
    confirmed.push((await output.deliver(frames)).confirmed)
  }
  await Promise.all(confirmed)
}

async function startReceiver(t: TestContext, receiver: Receiver, secure: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'podpipe-peer-'))
  const port = await freePort()
  for (const [name, text] of [
    ['ca.pem', authority.cert],
    ['cert.pem', server.cert],
    ['key.pem', server.key],
    ['conf', receiver.config({ folder, port, secure })],
  ] as const)
    await writeFile(join(folder, name), text)
  let child = await start()

  async function start(): Promise<ChildProcess> {
    const output = receiver.toOutput ? openSync(join(folder, 'out'), 'a') : 'ignore'
    const words = openSync(join(folder, 'words'), 'a')
    const command = receiver.command({ folder, port, secure })
    // A pipe that stays open: openssl takes the end of its standard input for the wish to end.
    const started = spawn(receiver.name, command, { stdio: ['pipe', output, words] })
    for (const opened of [output, words]) if (typeof opened === 'number') closeSync(opened)
    for (let tries = 0; tries < 400; tries += 1) {
      if (started.exitCode !== null)
        throw new Error(
          `${receiver.name} ended with ${started.exitCode}: ${readFileSync(join(folder, 'words'), 'utf8')}`,
        )
      if (await listens(port)) return started
      await sleep(25)
    }
    throw new Error(`${receiver.name} does not listen on ${port}`)
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  t.after(async () => {
    await stop('SIGKILL')
    await rm(folder, { recursive: true })
  })
  return {
    port,
    async restart(signal: NodeJS.Signals) {
      await stop(signal)
      await rm(join(folder, 'pid'), { force: true })
      child = await start()
    },
    /** Stops it in order, so that it writes what it holds, and counts. */
    async account(sent: number) {
      await stop('SIGTERM')
      const text = existsSync(join(folder, 'out')) ? readFileSync(join(folder, 'out'), 'latin1') : ''
      const numbers = [...text.matchAll(/\{"n":(\d+),"x":"y{500}"\}/g)].map(([, number]) => Number(number))
      const distinct = new Set(numbers)
      return { lost: sent - distinct.size, doubled: numbers.length - distinct.size }
    },
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
