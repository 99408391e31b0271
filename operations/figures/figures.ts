// What two looks at the services say together: rates from counters, and how things stand. Pure.

import type { TroubleOf } from '@podpipe/runtime/readiness.ts'
import type { Answer } from '../status/ask.ts'
import { type Health, healthOf } from '../status/health.ts'
import type { Sample } from './samples.ts'
import { type Series, seriesOf } from './series.ts'

/** A look at every service at about one moment. */
export interface Look {
  /** Milliseconds of a clock that never goes back. */
  readonly at: number
  readonly services: readonly { readonly answer: Answer; readonly samples: readonly Sample[] }[]
}

/** A stream of Proofpoint. Rates are a second; null before there are two looks. */
export interface SessionFigures {
  readonly name: string
  readonly in: number | null
  readonly inBytes: number | null
  readonly isOpen: boolean
  readonly inFlightBytes: number
  readonly archiveHours: number
  /** When the last live frame came, seconds since 1970; null before the first. */
  readonly lastFrameAt: number | null
}

/** A kind of event at dedup. */
export interface DedupFigures {
  readonly name: string
  readonly unique: number | null
  readonly duplicate: number | null
  readonly rejected: number | null
  readonly lag: number
  /** Age of the oldest that is not done. */
  readonly lagSeconds: number
}

export interface OutputFigures {
  readonly name: string
  readonly delivered: number | null
  readonly rejected: number | null
  readonly lag: number
  readonly lagSeconds: number
  readonly unconfirmed: number
}

export interface ProcessFigures {
  readonly name: string
  readonly address: string
  readonly health: Health
  readonly memoryBytes: number | null
  /** Of one core. */
  readonly cpuPercent: number | null
}

/** What `podpipe top -o json` prints: keys are only ever added. */
export interface TopFigures {
  readonly health: Health
  readonly sessions: readonly SessionFigures[]
  readonly dedup: readonly DedupFigures[]
  readonly outputs: readonly OutputFigures[]
  readonly processes: readonly ProcessFigures[]
  readonly troubles: readonly (TroubleOf & { readonly service: string })[]
}

/** @param before undefined at the first look, which knows no rates */
export function figuresOf(
  now: Look,
  before: Look | undefined,
  series: Series = seriesOf(now, before),
): TopFigures {
  const { having, sum, most, rate, names, at, rateAt } = series
  const sessions = names(
    'podpipe_ingest_received_total',
    labels => `${labels.cluster}/${labels.service}`,
  ).map((name): SessionFigures => {
    const slash = name.lastIndexOf('/')
    const of = { cluster: name.slice(0, slash), service: name.slice(slash + 1) }
    return {
      name,
      in: rate('podpipe_ingest_received_total', of),
      inBytes: rate('podpipe_ingest_received_bytes_total', of),
      isOpen: most('podpipe_ingest_session_up', of) === 1,
      inFlightBytes: sum('podpipe_ingest_in_flight_bytes', of),
      archiveHours: most('podpipe_ingest_archive_hours_todo', of),
      lastFrameAt: most('podpipe_ingest_last_frame_timestamp_seconds', of) || null,
    }
  })
  const dedup = names('podpipe_dedup_events_total', ({ service = '' }) => service).map(
    (service): DedupFigures => {
      // A topic ends with its kind of event.
      const behind = (name: string): number[] =>
        having(name, { consumer: 'dedup' })
          .filter(({ labels }) => labels.topic?.endsWith(`.${service}`))
          .map(({ value }) => value)
      return {
        name: service,
        unique: rate('podpipe_dedup_events_total', { service, outcome: 'unique' }),
        duplicate: rate('podpipe_dedup_events_total', { service, outcome: 'duplicate' }),
        rejected: rate('podpipe_dedup_events_total', { service, outcome: 'rejected' }),
        lag: behind('podpipe_lag_records').reduce((total, each) => total + each, 0),
        lagSeconds: Math.max(0, ...behind('podpipe_lag_seconds')),
      }
    },
  )
  const outputs = names('podpipe_forwarder_events_total', ({ output = '' }) => output).map(
    (output): OutputFigures => {
      const consumer = `forwarder-${output}`
      return {
        name: output,
        delivered: rate('podpipe_forwarder_events_total', { output, outcome: 'delivered' }),
        rejected: rate('podpipe_forwarder_events_total', { output, outcome: 'rejected' }),
        lag: sum('podpipe_lag_records', { consumer }),
        lagSeconds: most('podpipe_lag_seconds', { consumer }),
        unconfirmed: sum('podpipe_forwarder_unconfirmed_events', { output }),
      }
    },
  )
  const processes = now.services.map(({ answer }): ProcessFigures => {
    const { name, address } = answer
    const cpu = rateAt(address, 'process_cpu_seconds_total')
    return {
      name,
      address,
      health: healthOf([answer]),
      memoryBytes: at(address, 'process_resident_memory_bytes') ?? null,
      cpuPercent: cpu === null ? null : cpu * 100,
    }
  })
  return {
    health: healthOf(now.services.map(({ answer }) => answer)),
    sessions,
    dedup,
    outputs,
    processes,
    troubles: now.services.flatMap(({ answer: { name, status } }) =>
      (status?.troubles ?? []).map(trouble => ({ service: name, ...trouble })),
    ),
  }
}
