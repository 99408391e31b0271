// Sends what a process has to say of itself to an output, beside the events: that it starts and stops, and what is not well.
//
// It has a connection of its own and is confirmed like events are. While the output is away a bounded number of messages
// waits; events never wait for them.

import type { Output as OutputConfig, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { createLog, type Log } from '@podpipe/runtime/log.ts'
import type { Readiness, Trouble } from '@podpipe/runtime/readiness.ts'
import { version } from '@podpipe/runtime/version.ts'
import { frame, wireHost } from '../frames/wire.ts'
import { type OpenOutput, openOutput } from '../open-output.ts'
import { type Message, messageFor, payloadOf, tagOf } from './message.ts'

const mostWaiting = 1_000
const usualLastingMs = 5_000
/** How long the last messages may take when the process stops, in milliseconds. */
const lastPatience = 2_000

export interface Reporter {
  /** Says that the process stops, waits a little for what is on its way, and drops the rest. */
  close(): Promise<void>
}

/**
 * Reports until it is closed. Where the output cannot be used by this process it says so once and reports nothing.
 * @param options.service ingest, dedup or forwarder
 */
export function openReporter(options: {
  readonly settings: OutputConfig
  readonly config: Pick<PodpipeConfig, 'forwarder' | 'name'>
  readonly service: string
  readonly readiness: Pick<Readiness, 'onChange'>
  readonly log: Log
  readonly now?: () => number
  /** What has not lasted for so long is not reported, milliseconds; default 5,000. */
  readonly lastingMs?: number
}): Reporter {
  const { settings, config, service, readiness, log, now = Date.now, lastingMs = usualLastingMs } = options
  let opened: OpenOutput
  try {
    // The forwarder tells in its log of the same output.
    opened = openOutput(settings, { config, log: createLog('monitoring', 'silent') })
  } catch (error) {
    log.warn(
      { output: settings.name, reason: reasonOf(error) },
      'this process cannot use the output of monitoring, and sends no operational messages',
    )
    return { close: async () => undefined }
  }
  const { output, stopWatching } = opened
  const sender = { name: config.name, version, service }
  const host = wireHost(config.forwarder.host)
  let waiting = 0
  let lost = 0

  const send = (message: Message): void => {
    if (waiting >= mostWaiting) {
      lost++
      return
    }
    waiting++
    const eventTimeMs = now()
    const payload = Buffer.from(payloadOf(message, sender, eventTimeMs))
    const bytes = frame({ eventTimeMs, tag: tagOf(message.level), host, payload })
    output
      .deliver([bytes])
      .then(({ confirmed }) => confirmed)
      // It was closed first; the process ends.
      .catch(() => undefined)
      .finally(() => {
        waiting--
        if (lost === 0 || waiting > 0) return
        const msg = `${lost} operational messages were left out while the output was away`
        lost = 0
        send({ level: 'warning', part: service, msg })
      })
  }

  // What passes within seconds, as every start does, is nobody's business there.
  const waitingFor = new Map<string, NodeJS.Timeout>()
  const told = new Set<string>()
  readiness.onChange((part: string, trouble: Trouble | undefined) => {
    clearTimeout(waitingFor.get(part))
    waitingFor.delete(part)
    // Of its own end the process tells below.
    if (part === 'stop') return
    if (trouble === undefined) {
      if (told.delete(part)) send(messageFor(part, undefined))
      return
    }
    const tell = (): void => {
      told.add(part)
      send(messageFor(part, trouble))
    }
    waitingFor.set(part, setTimeout(tell, lastingMs))
  })
  send({ level: 'info', part: service, msg: `${service} of podpipe ${version} has started` })
  return {
    async close() {
      for (const timer of waitingFor.values()) clearTimeout(timer)
      send({ level: 'info', part: service, msg: `${service} of podpipe ${version} has stopped` })
      await output.drain(AbortSignal.timeout(lastPatience))
      stopWatching()
      await output.close()
    },
  }
}
