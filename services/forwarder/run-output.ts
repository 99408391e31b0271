// One output from Kafka to its peer: a consumer group of its own, so that it has its own offsets and pace.

import type { Confirm, Output as OutputConfig } from '@podpipe/runtime/config/config.ts'
import { tagOf } from '@podpipe/runtime/config/values/tag.ts'
import { consume } from '@podpipe/runtime/consume/consume.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { createFetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { createConsoleOutput } from './console-output.ts'
import type { Output } from './delivery.ts'
import { observe } from './observe.ts'
import { createPeerOutput } from './output.ts'
import { readTlsMaterial } from './tls-material.ts'
import { hasTable } from './unacknowledged.ts'
import { watchTlsFiles } from './watched-files.ts'
import { wireHost } from './wire.ts'
import { openWork } from './work.ts'

const limits = { maxRecords: 1_000, wait: 20 }

/** Runs an output until the stop signal fires and what was written is confirmed, or the budget is spent. */
export async function runOutput(
  settings: OutputConfig,
  context: Context,
  rejects: PlainProducer,
): Promise<void> {
  const { client, config, topics, log, stop } = context
  const { name } = settings
  const { output, stopWatching } = createOutput(settings, context)
  // Frames that wait for room, or for a peer that does not answer, would hold up the stop for ever.
  stop.giveUp.addEventListener('abort', () => void output.close(), { once: true })

  const groupId = groupOf(config.kafka.prefix, `forwarder-${name}`)
  const fetcher = await createFetcher(client)
  const { observer, stopObserving } = observe(output, context)
  try {
    await consume<Buffer>({
      client,
      fetcher,
      groupId,
      topics: settings.services.map(service => topics.unique(service).name),
      open: openWork(context, {
        output,
        groupId,
        fetcher,
        rejects,
        maxEventBytes: settings.maxEventBytes,
        naming: { host: wireHost(config.forwarder.host), tagOf: tagsOf(config.inputs) },
      }),
      limits,
      observer,
      log,
      stop,
      onStopping: () => void output.drain(stop.giveUp),
    })
  } finally {
    stopObserving()
    stopWatching()
    await output.close()
    await fetcher.close()
  }
}

/** The output, and what watches over its certificates while it runs. */
function createOutput(
  settings: OutputConfig,
  { config, log, metrics }: Context,
): { output: Output; stopWatching: () => void } {
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
    for (const file of ['cert', 'chain'] as const)
      metrics.certificateDays.set({ output: name, file }, days[file])
  }
  tellDays()
  const timer = setInterval(tellDays, 10_000)
  return {
    output,
    stopWatching() {
      clearInterval(timer)
      watched.stop()
    },
  }
}

/** @throws ConfigurationError where an output depends on what only Linux tells */
function requireTable(name: string, kind: 'tls' | 'tcp', confirm: Confirm, log: Context['log']): void {
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

// An event of a cluster that is no longer configured still has a table at Devo: the vendor's.
function tagsOf(inputs: Context['config']['inputs']): (cluster: string, service: string) => string {
  const tags = new Map<string, string>(
    inputs.flatMap(({ cluster, services: ofInput }) =>
      ofInput.map(({ service, tag }) => [`${cluster}/${service}`, tag]),
    ),
  )
  return (cluster, service) => tags.get(`${cluster}/${service}`) ?? tagOf(service, undefined)
}
