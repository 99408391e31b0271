// What keeps podpipe from a cluster is named in the first line of the log, with what to do about it. No broker is needed for what
// goes wrong before one has said a word.

import { equal, match, rejects } from 'node:assert/strict'
import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createServer, type TlsOptions } from 'node:tls'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { createAuthority, type KeyPair } from '@podpipe/simulators/authority.ts'
import { startOldBroker } from '../kit/brokers/old-broker.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually, until } from '../kit/eventually.ts'
import { listen } from '../kit/listen.ts'

const [authority, stranger] = await Promise.all([createAuthority('ours'), createAuthority('theirs')])
const halfADay = -0.5

type Answer = (error: Error | null, addresses?: LookupAddress[]) => void

const tlsServer = async (pair: Promise<KeyPair>, more: TlsOptions = {}): Promise<Server> =>
  createServer({ ...(await pair), ...more }).on('tlsClientError', () => undefined)
/** It ends each connection at the first word, after a last one of its own. */
const ending = async (last = ''): Promise<Server> =>
  createPlainServer(socket => socket.once('data', () => socket.end(Buffer.from(last, 'hex'))))
const wantsCertificate = { requestCert: true, rejectUnauthorized: true, ca: authority.chain }

// Each waits ten seconds for kafkajs to give up, all of them together.
test('what is wrong is named first, with the fix', { concurrency: true }, async t => {
  for (const [name, server, host, hasTls, expected] of [
    [
      'another authority',
      tlsServer(stranger.server()),
      'localhost',
      true,
      /certificate is of an authority that is not trusted here \(.*\)\. Let kafka\.tls\.ca name/,
    ],
    [
      'a certificate that has expired',
      tlsServer(authority.server([], halfADay)),
      'localhost',
      true,
      /certificate, or one above it, has expired .*Give the brokers new certificates/,
    ],
    [
      'another host name',
      tlsServer(authority.server()),
      '127.1',
      true,
      /certificate is for other hosts .*Name the brokers in kafka\.brokers/,
    ],
    [
      'no client certificate where one is wanted',
      tlsServer(authority.server(), wantsCertificate),
      'localhost',
      true,
      /wants one \(tlsv13 alert certificate required\)\. Let kafka\.tls\.cert and kafka\.tls\.key name/,
    ],
    // The alert with which Kafka 4.3.1 answers.
    [
      'clear text to a port with TLS',
      ending('15030300020250'),
      'localhost',
      false,
      /The port speaks TLS, and podpipe speaks to it in clear text\. Set kafka\.tls\.enabled: true/,
    ],
    // Kafka takes the beginning of a handshake for the size of a request, and a far too large one.
    [
      'TLS to a port in clear text',
      ending(),
      'localhost',
      true,
      /does not speak TLS.*Name the port for TLS in kafka\.brokers, or set kafka\.tls\.enabled: false/,
    ],
    [
      'a broker that wants a user',
      ending(),
      'localhost',
      false,
      /ends it at the first question.*Set kafka\.sasl .* and kafka\.tls\.enabled/,
    ],
  ] as const) {
    void t.test(name, async each => {
      match(await firstLine(each, `${host}:${await listen(each, await server)}`, hasTls), expected)
    })
  }
  void t.test('a name for which nobody answers, and once more when it is known not to be there', namesAway)
})

test('a broker that is too old is named, and nothing is tried with it', async t => {
  const address = await startOldBroker(t)
  const openSockets = (): number =>
    process.getActiveResourcesInfo().filter(resource => resource === 'TCPSocketWrap').length
  const before = openSockets()
  await rejects(
    connectKafka({ brokers: [address], clientId: 'test', log: createLog('test', 'silent') }),
    (error: unknown) => {
      equal(error instanceof ConfigurationError, true, String(error))
      match(
        String(error),
        new RegExp(
          `${address}: podpipe cannot work with this Kafka, which is older than 1.1 by what it takes: it has not Produce 3 to 7 .* and \\d+ more\\. Bring the brokers to a release`,
        ),
      )
      return true
    },
  )
  // One that is left open keeps the process alive, which then neither ends nor is started again.
  await until('nothing is left open', () => openSockets() <= before)
})

async function namesAway(t: TestContext): Promise<void> {
  const name = 'kafka.nowhere'
  const { lookup } = dns
  const waiting: ((error: Error) => void)[] = []
  t.mock.method(dns, 'lookup', (asked: string, how: LookupAllOptions, answer: Answer) =>
    asked === name ? waiting.push(answer) : lookup(asked, how, answer),
  )
  const lines: string[] = []
  const log = createLog('test', 'silent')
  log.error = (_: unknown, line?: string) => void lines.push(line ?? '')
  const stop = new AbortController()
  const connecting = connectKafka({ brokers: [`${name}:9092`], clientId: 'test', log, signal: stop.signal })
  connecting.catch(() => undefined)
  const line = (number: number): Promise<string> => eventually('a line', async () => lines[number], 60_000)
  match(await line(0), /name of a broker cannot be found .*no server of names has answered\)\. Correct it/)
  const refuse = setInterval(() => {
    for (const answer of waiting.splice(0)) answer(new Error(`getaddrinfo ENOTFOUND ${name}`))
  }, 10)
  t.after(() => clearInterval(refuse))
  match(await line(1), /name of a broker cannot be found .*ENOTFOUND kafka\.nowhere\)\. Correct it/)
  stop.abort()
  await rejects(connecting)
  equal(lines.length, 2)
}

/** What the log says first. */
async function firstLine(t: TestContext, address: string, hasTls: boolean): Promise<string> {
  const folder = testDirectory(t)
  mkdirSync(folder, { recursive: true })
  const ca = join(folder, 'ca.crt')
  writeFileSync(ca, authority.chain)
  const said = Promise.withResolvers<string>()
  const log = createLog('test', 'silent')
  log.error = (_: unknown, line?: string) => said.resolve(line ?? '')
  const stop = new AbortController()
  const tls = { ca, cert: undefined, key: undefined, checkHostname: true }
  const connecting = connectKafka({
    brokers: [address],
    security: hasTls ? { tls, sasl: undefined } : undefined,
    clientId: 'test',
    log,
    signal: stop.signal,
  })
  connecting.catch(() => undefined)
  const line = await said.promise
  stop.abort()
  await rejects(connecting)
  return line
}
