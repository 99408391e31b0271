// What podpipe needs of the machine that it runs on, held against what is there. Pure.

import type { Room } from '@podpipe/runtime/broker/disk.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { bad, type Check, good } from '../check/check.ts'
import { n } from '../number-text.ts'
import { size } from './size.ts'

/** What the machine says of itself. Bytes all; undefined where it does not tell. */
export interface HostFacts {
  /** How many files a process may have open. */
  readonly openFiles: number | undefined
  /** Of the machine, or of the container where that has less. */
  readonly memory: number
  readonly cores: number
  /** The nearest folder that exists on the way to the state. */
  readonly stateFolder: string
  readonly stateRoom: Room | undefined
  readonly isStateWritable: boolean
  readonly node: string
}

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte

/** A socket for each broker, peer and session, and with Kafka here one for each of its segments and indexes. */
const filesNeeded = 1_024
const filesForKafka = 8_192
/** The three services without the ids that dedup remembers, measured under load, and what the JVM takes beside its heap. */
const servicesNeed = 768 * mebibyte
const jvmOverhead = 384 * mebibyte
/** A busy day of the embedded Kafka, as a first bound: below it the next outage fills the disk. */
const diskForKafka = 10 * gibibyte

/** The checks of a machine for a configuration. */
export function checkHost(
  facts: HostFacts,
  { kafka, dedup }: Pick<PodpipeConfig, 'kafka' | 'dedup'>,
): Check[] {
  const isEmbedded = kafka.brokers.length === 0
  return [
    checkFiles(facts, isEmbedded ? filesForKafka : filesNeeded),
    checkMemory(facts, dedup.maxMemory, isEmbedded ? heapOf(kafka.heap) + jvmOverhead : 0),
    ...checkState(facts, isEmbedded),
    good('host', `${facts.cores} ${facts.cores === 1 ? 'core' : 'cores'}, Node ${facts.node}`),
  ]
}

function checkFiles({ openFiles }: HostFacts, needed: number): Check {
  if (openFiles === undefined)
    return good('files', 'this system does not say how many files a process may open')
  const text = `a process may have ${n(openFiles)} files open`
  return openFiles >= needed
    ? good('files', text)
    : bad(
        'files',
        `${text}, and ${n(needed)} may be needed; raise it with ulimit -n, LimitNOFILE= in systemd, or --ulimit nofile= in Docker`,
      )
}

function checkMemory({ memory }: HostFacts, ids: number, kafka: number): Check {
  const needed = servicesNeed + kafka + ids
  const parts = `${size(ids)} for remembered ids at most (dedup.max_memory), ${size(servicesNeed)} for the services${kafka === 0 ? '' : `, ${size(kafka)} for Kafka`}`
  if (memory >= needed)
    return good('memory', `${size(memory)}, and podpipe takes up to ${size(needed)}: ${parts}`)
  return bad(
    'memory',
    `${size(memory)}, and podpipe may take ${size(needed)}: ${parts}. At the bound dedup pauses and forgets nothing; without memory the system kills it before. Set dedup.max_memory to ${size(Math.max(64 * mebibyte, memory - servicesNeed - kafka))} or less, or give it more`,
  )
}

function checkState({ stateFolder, stateRoom, isStateWritable }: HostFacts, isEmbedded: boolean): Check[] {
  // With a cluster of its own podpipe keeps nothing on the disk.
  if (!isEmbedded) return []
  if (!isStateWritable) {
    return [
      bad(
        'disk',
        `${stateFolder} cannot be written to, and Kafka keeps its data there; give this user the right to, or mount a volume`,
      ),
    ]
  }
  if (stateRoom === undefined) return [good('disk', `${stateFolder} can be written to`)]
  const { free, size: all } = stateRoom
  const text = `${size(free)} of ${size(all)} (${Math.floor((100 * free) / all)} %) are free in ${stateFolder}`
  return [
    free >= diskForKafka
      ? good('disk', text)
      : bad(
          'disk',
          `${text}, and Kafka keeps 7 days of events there; make room for ${size(diskForKafka)} at least. A full disk ends Kafka, and nothing flows until there is room`,
        ),
  ]
}

/** The heap as Java's -Xmx takes it, such as 512m. */
function heapOf(text: string): number {
  const [, number = '0', unit = ''] = /^(\d+)([kmgt]?)$/i.exec(text) ?? []
  const factor = { k: 1024, m: mebibyte, g: gibibyte, t: 1024 * gibibyte }[unit.toLowerCase()] ?? 1
  return Number(number) * factor
}
