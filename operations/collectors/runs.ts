// Which process of podpipe works with which revision of an input, and in which version of podpipe. Pure.

import type { SessionsStatus } from '@podpipe/ingest/diary/status.ts'
import type { ConfigStatus } from '@podpipe/runtime/config/watched-config.ts'
import type { ServiceStatus } from '@podpipe/runtime/http.ts'
import type { Answer } from '../status/ask.ts'

/** One process to which inputs mean something: ingest reads them, the forwarder names their events. */
export interface CollectorRun {
  service: 'ingest' | 'forwarder'
  /** host:port, where it was asked. */
  address: string
  /** Of podpipe. */
  version: string
  /** Of the collector, as this process has it; absent for an input of the file, and where it has none yet. */
  revision?: number
  /** When it read its configuration last, RFC 3339, UTC: as old is what it knows of an input of the file. */
  read_at?: string
  /** Sessions of the input that it runs, cluster/service. */
  sessions: string[]
}

const isConcerned = (service: string): service is CollectorRun['service'] =>
  service === 'ingest' || service === 'forwarder'

/** The processes that answer, in the order in which they were asked. */
export function runsOf(name: string, answers: readonly Answer[]): CollectorRun[] {
  return answers.flatMap(({ address, status }) => {
    if (status === undefined || !isConcerned(status.service)) return []
    const { service, version } = status
    const config = configurationIn(status)
    const revision = config?.collectors?.find(each => each.name === name)?.revision
    return {
      ...{ service, address, version, sessions: sessionsOf(name, status) },
      ...(revision !== undefined && { revision }),
      ...(config !== undefined && { read_at: config.read_at }),
    }
  })
}

function configurationIn({ parts }: ServiceStatus): ConfigStatus | undefined {
  const part = parts.configuration
  return part !== undefined && 'read_at' in part ? (part as ConfigStatus) : undefined
}

function sessionsOf(name: string, { parts }: ServiceStatus): string[] {
  const part = parts.sessions
  if (part === undefined || !('sessions' in part) || !Array.isArray(part.sessions)) return []
  return (part as SessionsStatus).sessions.flatMap(each =>
    each.input === name && each.state !== 'standby' ? [each.name] : [],
  )
}
