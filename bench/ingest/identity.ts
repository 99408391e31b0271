// How id and time of an event are found: JSON.parse of the whole event beside the scanner that gives the same
// answers, validity included (ADR 9).

import { type Fields, scan } from '@podpipe/ingest/scan.ts'
import { parse } from '@podpipe/ingest/to-record.ts'
import { createEvents } from '@podpipe/simulators/events/events.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import type { Measurement } from '../figure.ts'
import { median } from '../rounds.ts'

type Find = (bytes: Buffer, fields: Fields) => { id: string | undefined } | undefined

const kinds = [
  { type: 'maillog', fields: { idField: 'id', timeField: 'ts' }, least: 600, most: 1_200 },
  { type: 'message', fields: { idField: 'guid', timeField: 'ts' }, least: 3_300, most: 4_500 },
] as const
const candidates = 6_000
const rounds = 6
/** Passes over all events in a round. */
const passes = 10

export const identity: Benchmark = {
  name: 'identity',
  summary: 'CPU of finding id and time of an event: by our scanner and by JSON.parse',
  run,
}

async function run({ say }: Bench): Promise<Result> {
  const { event } = createEvents(1)
  const measurements: Measurement[] = []
  const faults: string[] = []
  for (const { type, fields, least, most } of kinds) {
    const time = Date.now()
    const events = Array.from({ length: candidates }, (_, at) => event(type, at, time)).filter(
      ({ length }) => least <= length && length <= most,
    )
    const bytes = Math.round(events.reduce((sum, { length }) => sum + length, 0) / events.length)
    say(`${events.length} ${type} events of ${bytes} bytes ...`)
    const wrong = events.filter(each => scan(each, fields)?.id !== parse(each, fields)?.id).length
    if (wrong > 0) faults.push(`${wrong} of ${events.length} ${type} events were not found alike.`)
    const one = (find: Find): number => cpuOf(events, fields, find)
    // By turns, so that both meet the same machine; the first round only warms up.
    one(scan)
    one(parse)
    const found = Array.from({ length: rounds }, () => ({ scanned: one(scan), parsed: one(parse) }))
    measurements.push({
      what: `id and time of a ${type} event of ${bytes} bytes`,
      unit: 'us',
      ours: median(found.map(({ scanned }) => scanned)),
      peer: { name: 'JSON.parse', value: median(found.map(({ parsed }) => parsed)) },
      aim: { bound: 'at most', value: 1, of: 'ratio' },
    })
  }
  return { measurements, faults }
}

/** Microseconds of processor time for an event, what the garbage collector does for it included. */
function cpuOf(events: readonly Buffer[], fields: Fields, find: Find): number {
  const before = process.cpuUsage()
  let found = 0
  for (let pass = 0; pass < passes; pass++) {
    for (const bytes of events) if (find(bytes, fields) !== undefined) found++
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / found
}
