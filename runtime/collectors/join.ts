// What the collectors of the console are to a service: part of its configuration, as if they stood in the file.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Collector } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import type { PodpipeConfig } from '../config/config.ts'
import { readNamedFile } from '../config/read.ts'
import type { WatchedConfig } from '../config/watched-config.ts'
import type { KafkaClient } from '../kafka/client.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import type { Log } from '../log.ts'
import type { Readiness, Trouble } from '../readiness.ts'
import type { ServiceName } from '../service.ts'
import { tellRefusal } from '../told-refusal.ts'
import { tellTrouble } from '../told-trouble.ts'
import { followCollectors } from './follow.ts'
import { sealingKeyOf } from './sealing.ts'
import { withCollectors } from './with-collectors.ts'

// Whoever names events by their input is told before whoever brings them: several looks of follow.ts.
const ingestWaits = 1_200

/**
 * Follows them until the signal fires; resolves once those that are there have been added.
 * @returns what to await after the signal
 */
export async function joinCollectors(options: {
  readonly name: ServiceName
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly topic: Topic<Collector>
  readonly config: PodpipeConfig
  readonly watched: WatchedConfig
  readonly readiness: Readiness
  readonly log: Log
  readonly signal: AbortSignal
}): Promise<{ done: Promise<void> }> {
  const { name, client, fetcher, topic, config, watched, readiness, log, signal } = options
  const hasSessions = name === 'ingest'
  const { secretKey } = config.console
  const key = secretKey === undefined ? undefined : sealingKeyOf(secretKey)
  const around = {
    env: process.env,
    readText: readNamedFile,
    key: needsKeys(name) ? key : 'not needed',
  } as const
  const tell = createTelling(readiness, log)
  let isFirst = true

  const use = (inForce: readonly Collector[]): void => {
    watched.addTo(files => {
      const together = withCollectors(files, inForce, { ...around, now: Date.now() })
      if (hasSessions) tell(together)
      return together
    })
  }
  const { first, done } = followCollectors({
    ...{ client, fetcher, topic, log, signal },
    tell: tellRefusal('collectors', unread, { readiness, log }),
    async onChange(inForce) {
      if (hasSessions && !isFirst) await sleep(ingestWaits, undefined, { signal }).catch(() => undefined)
      use(inForce)
    },
  })
  await first
  isFirst = false
  return { done }
}

const needsKeys = (name: ServiceName): boolean => name !== 'dedup' && name !== 'forwarder'

/** Says of each collector that cannot be used why, for as long as that lasts. */
function createTelling(readiness: Readiness, log: Log): (config: PodpipeConfig) => void {
  const tellings = new Map<string, (trouble: Trouble | undefined) => void>()
  return ({ collectors = [] }) => {
    const bad = new Map(
      collectors.flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem]])),
    )
    for (const name of new Set([...tellings.keys(), ...bad.keys()])) {
      const telling = tellings.get(name) ?? tellTrouble(`collector ${name}`, { readiness, log })
      tellings.set(name, telling)
      const cause = bad.get(name)
      telling(cause === undefined ? undefined : unusable(cause))
    }
  }
}

const unread =
  'What is changed in the console from now on is not noticed here; collectors that are known go on, and so do the inputs of the file.'

const unusable = (cause: string): Trouble => ({
  symptom: 'a collector of the console cannot be used',
  impact:
    'Nothing is read from its cluster. Proofpoint keeps an hour of events; what is older is fetched from its archive once it runs.',
  cause,
  action: 'Do what the cause says; it begins by itself when it can. All other inputs go on.',
  isWarning: true,
})
