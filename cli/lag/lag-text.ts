// How far consumers are behind, for a person. Pure.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { LagReport } from '@podpipe/operations/lag/lag-report.ts'
import { n } from '../number-text.ts'

/** For a person: a line a consumer; with `each` one a partition as well. */
export function lagText({ consumers }: LagReport, each: boolean): string {
  const width = Math.max(8, ...consumers.map(({ consumer }) => consumer.length), ...(each ? [26] : []))
  const line = (name: string, records: number, seconds: number, held: number): string =>
    `${name.padEnd(width)}  ${n(records).padStart(11)}  ${seconds === 0 ? '-' : durationOf(seconds * 1_000)}${held === 0 ? '' : `   ${n(held)} in an open transaction`}`
  return [
    `${'consumer'.padEnd(width)}  ${'records'.padStart(11)}  oldest`,
    ...consumers.flatMap(({ consumer, records, seconds, held, partitions }) => [
      line(consumer, records, seconds, held),
      ...(each ? partitions : []).map(place =>
        line(`  ${place.topic}/${place.partition}`, place.records, place.seconds, place.held),
      ),
    ]),
  ].join('\n')
}
