// Brokers of a test's own, each of them a controller too. Three, if not told otherwise: everything is kept three times,
// and two must have it.

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
import { atEnd } from '../at-end.ts'
import { testDirectory } from '../directory.ts'

export interface Cluster {
  readonly brokers: readonly string[]
  /** Kills a broker, as a crash would. Nodes count from 1. */
  kill(node: number): Promise<void>
  /** Starts a killed broker again, at the same address, and waits until it serves. */
  start(node: number): Promise<void>
}

const heap = '256m'
const stopBudgetMs = 5_000

/**
 * Starts it; it is stopped, and its data removed, when the test ends.
 * @param options.size an odd number of brokers
 * @param options.properties further server properties
 */
export async function startCluster(
  t: TestContext,
  options: { readonly size?: number; readonly properties?: Readonly<Record<string, string>> } = {},
): Promise<Cluster> {
  const { size = 3, properties = {} } = options
  const log = createLog('kafka', 'silent')
  const installation = await findInstallation(process.env, log)
  const directory = testDirectory(t)
  const ports = await freePorts(2 * size)
  const [clientPorts, controllerPorts] = [ports.slice(0, size), ports.slice(size)]
  const quorum = controllerPorts.map((port, at) => `${at + 1}@127.0.0.1:${port}`).join(',')
  const running = new Map<number, Jvm>()
  atEnd(t, () => Promise.all([...running.values()].map(jvm => jvm.stop(stopBudgetMs))))

  const run = (node: number, flags: readonly string[], program: readonly string[]): Jvm => {
    const jvm = startJvm(installation, join(directory, String(node)), flags, program)
    running.set(node, jvm)
    return jvm
  }
  const nodes = clientPorts.map((_, at) => at + 1)
  for (const node of nodes) {
    const folder = join(directory, String(node))
    mkdirSync(folder, { recursive: true })
    clearTemporary(folder)
    const listeners = { port: clientPorts[node - 1] ?? 0, controllerPort: controllerPorts[node - 1] ?? 0 }
    writeFileSync(
      join(folder, 'server.properties'),
      serverProperties(listeners) + ofCluster(node, quorum, size, properties),
    )
  }
  // The first one draws the cluster's id, which the others are formatted with.
  let cluster: string | undefined
  for (const node of nodes) {
    const format = (args: readonly string[]): Jvm => {
      const drawn = args.map(arg => (args[args.indexOf(arg) - 1] === '-t' ? (cluster ?? arg) : arg))
      return run(node, toolFlags, ['kafka.tools.StorageTool', ...drawn])
    }
    cluster = await formatOnce(join(directory, String(node)), format)
  }
  const launch = async (node: number): Promise<void> => {
    const start = () => run(node, brokerFlags(heap, 'test'), ['kafka.Kafka', 'server.properties'])
    await launchBroker({ start, port: clientPorts[node - 1] ?? 0, cluster: cluster ?? '', log })
  }
  await Promise.all(nodes.map(launch))

  return {
    brokers: clientPorts.map(port => `127.0.0.1:${port}`),
    async kill(node) {
      const jvm = running.get(node)
      jvm?.kill()
      await jvm?.exited
    },
    start: launch,
  }
}

/** What differs from the embedded broker's properties; the later line of a file counts. */
function ofCluster(
  node: number,
  quorum: string,
  size: number,
  more: Readonly<Record<string, string>>,
): string {
  const properties = {
    'node.id': node,
    'controller.quorum.voters': quorum,
    'default.replication.factor': size,
    'min.insync.replicas': Math.max(1, size - 1),
    'offsets.topic.replication.factor': size,
    'transaction.state.log.replication.factor': size,
    'transaction.state.log.min.isr': Math.max(1, size - 1),
    'share.coordinator.state.topic.replication.factor': size,
    'share.coordinator.state.topic.min.isr': Math.max(1, size - 1),
    ...more,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
