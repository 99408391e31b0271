// A broker of a test's own that wants TLS and a user: SASL_SSL with SCRAM and PLAIN, beside the plain listener of its own
// that its start is watched by.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { clearTemporary } from '@podpipe/runtime/broker/directory.ts'
import { formatOnce } from '@podpipe/runtime/broker/format.ts'
import { findInstallation } from '@podpipe/runtime/broker/installation.ts'
import { brokerFlags, type Jvm, startJvm, toolFlags } from '@podpipe/runtime/broker/jvm.ts'
import { launchBroker } from '@podpipe/runtime/broker/launch.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { serverProperties } from '@podpipe/runtime/broker/properties.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Certificates } from '@podpipe/simulators/certificates.ts'
import { atEnd } from '../at-end.ts'
import { testDirectory } from '../directory.ts'

export interface User {
  readonly name: string
  readonly password: string
}

/** Properties of a broker that allows nothing that is not allowed by a right, but to who comes by its plain listener. */
export const guarded = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
  'allow.everyone.if.no.acl.found': 'false',
}

export interface SecureBroker {
  /** The listener with TLS and a user. */
  readonly secure: string
  /** The plain one. */
  readonly plain: string
}

const stopBudgetMs = 5_000

/**
 * Starts it; it is stopped, and its data removed, when the test ends.
 * @param certificates its own is the server's of these
 * @param more further server properties
 */
export async function startSecureBroker(
  t: TestContext,
  certificates: Certificates,
  users: readonly User[],
  more: Readonly<Record<string, string>> = {},
): Promise<SecureBroker> {
  const log = createLog('kafka', 'silent')
  const installation = await findInstallation(process.env, log)
  const directory = join(testDirectory(t), 'kafka')
  mkdirSync(directory, { recursive: true })
  clearTemporary(directory)
  const [port = 0, securePort = 0, controllerPort = 0] = await freePorts(3)
  const { server } = certificates
  writeFileSync(join(directory, 'server.pem'), `${server.key}${server.cert}`, { mode: 0o600 })
  writeFileSync(
    join(directory, 'server.properties'),
    serverProperties({ port, controllerPort }) + secured({ port, securePort, controllerPort, users, more }),
    { mode: 0o600 },
  )
  let running: Jvm | undefined
  const run = (flags: readonly string[], program: readonly string[]): Jvm => {
    running = startJvm(installation, directory, flags, program)
    return running
  }
  atEnd(t, () => running?.stop(stopBudgetMs))
  const scram = users.flatMap(({ name, password }) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ])
  const cluster = await formatOnce(directory, args =>
    run(toolFlags, ['kafka.tools.StorageTool', ...args, ...scram]),
  )
  const start = () => run(brokerFlags('256m', 'test'), ['kafka.Kafka', 'server.properties'])
  await launchBroker({ start, port, cluster, log })
  return { secure: `localhost:${securePort}`, plain: `127.0.0.1:${port}` }
}

interface Secured {
  readonly port: number
  readonly securePort: number
  readonly controllerPort: number
  readonly users: readonly User[]
  readonly more: Readonly<Record<string, string>>
}

/** What differs from the embedded broker's properties; the later line of a file counts. */
function secured({ port, securePort, controllerPort, users, more }: Secured): string {
  const modules = 'org.apache.kafka.common.security'
  const properties = {
    listeners: `PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${securePort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},SASL_SSL://localhost:${securePort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512,PLAIN',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required ${users.map(({ name, password }) => `user_${name}="${password}"`).join(' ')};`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': 'server.pem',
    ...more,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
