// What two looks at the services say together: rates from counters, and how things stand. Pure.

import type { TroubleOf } from '@podpipe/runtime/readiness.ts'
import type { Answer } from '../status/ask.ts'
import { type Health, healthOf } from '../status/health.ts'
import type { Sample } from './samples.ts'

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
export function figuresOf(now: Look, before: Look | undefined): TopFigures {
  const seconds = before === undefined ? 0 : (now.at - before.at) / 1_000
  const [all, earlier] = [samplesOf(now), before === undefined ? [] : samplesOf(before)]

  const sum = (name: string, having: Readonly<Record<string, string>>): number =>
    all.reduce((total, each) => (isOf(each, name, having) ? total + each.value : total), 0)
  const most = (name: string, having: Readonly<Record<string, string>>): number =>
    all.reduce((top, each) => (isOf(each, name, having) ? Math.max(top, each.value) : top), 0)
  // Each sample by itself: a process that was started again counts from zero, and beside others that must not show.
  const rate = (name: string, having: Readonly<Record<string, string>>): number | null => {
    if (seconds <= 0) return null
    let grown = 0
    for (const each of all) {
      if (!isOf(each, name, having)) continue
      const was = earlier.find(other => other.from === each.from && isSame(other, each))?.value ?? each.value
      grown += each.value >= was ? each.value - was : each.value
    }
    return grown / seconds
  }
  const namesIn = (name: string, by: (labels: Sample['labels']) => string): string[] =>
    [...new Set(all.filter(each => each.name === name).map(({ labels }) => by(labels)))].sort()

  const sessions = namesIn(
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
    }
  })
  const dedup = namesIn('podpipe_dedup_events_total', ({ service = '' }) => service).map(
    (service): DedupFigures => {
      // A topic ends with its kind of event.
      const behind = (name: string): number[] =>
        all
          .filter(
            each => isOf(each, name, { consumer: 'dedup' }) && each.labels.topic?.endsWith(`.${service}`),
          )
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
  const outputs = namesIn('podpipe_forwarder_events_total', ({ output = '' }) => output).map(
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
  const processes = now.services.map(({ answer, samples }, at): ProcessFigures => {
    const from = String(at)
    const memory = samples.find(({ name }) => name === 'process_resident_memory_bytes')
    const cpu = rateOf('process_cpu_seconds_total', from)
    return {
      name: answer.name,
      address: answer.address,
      health: healthOf([answer]),
      memoryBytes: memory?.value ?? null,
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

  function rateOf(name: string, from: string): number | null {
    const mine = all.find(each => each.from === from && each.name === name)
    const was = earlier.find(each => each.from === from && each.name === name)
    if (mine === undefined || was === undefined || seconds <= 0) return null
    return Math.max(0, mine.value - was.value) / seconds
  }
}

interface Placed extends Sample {
  /** Which service it is of. */
  readonly from: string
}

const samplesOf = ({ services }: Look): Placed[] =>
  services.flatMap(({ samples }, at) => samples.map(sample => ({ ...sample, from: String(at) })))

const isOf = (sample: Sample, name: string, having: Readonly<Record<string, string>>): boolean =>
  sample.name === name && Object.entries(having).every(([key, value]) => sample.labels[key] === value)

const isSame = (one: Sample, other: Sample): boolean =>
  one.name === other.name && Object.entries(one.labels).every(([key, value]) => other.labels[key] === value)
