// Operational messages as Devo's collectors send them, so that they are found where Devo users look: the table
// devo.collectors.out. Names of fields and levels are those of the vendor's collector SDK. Pure.

import type { Trouble } from '@podpipe/runtime/readiness.ts'

export type Level = 'info' | 'warning' | 'error'

/** What is the same in all messages of a process. */
export interface Sender {
  /** `globals.name` of the configuration. */
  readonly name: string
  readonly version: string
  /** ingest, dedup or forwarder. */
  readonly service: string
}

export interface Message {
  readonly level: Level
  readonly msg: string
  /** The part that it is about; the service itself where it is about that. */
  readonly part: string
}

export const tagOf = (level: Level): string => `devo.collectors.out.local.${level}`

/**
 * The message for a part that is not well any more, or well again.
 * @param trouble undefined where it is well again
 */
export function messageFor(part: string, trouble: Trouble | undefined): Message {
  if (trouble === undefined) return { level: 'info', part, msg: `${part} is well again` }
  const { symptom, impact, cause, action, isWarning = false } = trouble
  return { level: isWarning ? 'warning' : 'error', part, msg: `${symptom}: ${cause}. ${impact} ${action}` }
}

/** The payload of the message. */
export const payloadOf = (
  { level, msg, part }: Message,
  { name, version, service }: Sender,
  now: number,
): string =>
  JSON.stringify({
    msg,
    time: new Date(now).toISOString(),
    level,
    collector_name: name,
    collector_version: version,
    collector_image: 'podpipe',
    // A session is called cluster/service.
    input_name: part.includes('/') ? part.slice(0, part.lastIndexOf('/')) : null,
    service_name: service,
    module_name: part,
  })
