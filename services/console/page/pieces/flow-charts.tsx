// The last hour of the flow, or more, on one axis of time.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { useMemo } from 'preact/hooks'
import { settle } from '../navigation.ts'
import { useSamples } from '../samples.ts'
import { linesOf, reachOf } from '../series.ts'
import { rate } from '../words.ts'
import { Chart } from './chart.tsx'
import { Moment } from './moment.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

const ranges = [
  ['60', 'last hour'],
  ['360', 'last 6 hours'],
  ['1440', 'last day'],
] as const

export function FlowCharts({ picture, range }: { picture: Picture; range: string }) {
  const chosen = ranges.find(([minutes]) => minutes === range)?.[0] ?? '60'
  const { samples, refused } = useSamples(Number(chosen), picture)
  const most = Number(chosen) * 60
  const reach = reachOf(samples, most)
  const first = samples[0]
  const outputs = picture.views.filter(({ enabled }) => enabled).map(({ name }) => name)
  const known = outputs.join('\n')

  const charts = useMemo(() => {
    const names = known === '' ? [] : known.split('\n')
    const chartOf = (lines: readonly (readonly [string, string])[]) => {
      const { times, values } = linesOf(
        samples,
        lines.map(([figure]) => figure),
      )
      return { times, lines: lines.map(([, name], at) => ({ name, values: values[at] ?? [] })) }
    }
    return {
      flow: chartOf([
        ['in', 'received'],
        ['unique', 'unique'],
        ['duplicate', 'duplicate'],
        ...names.map(name => [`delivered/${name}`, `delivered to ${name}`] as const),
      ]),
      lag: chartOf([
        ['lag/dedup', 'for dedup'],
        ...names.map(name => [`lag/${name}`, `for ${name}`] as const),
      ]),
      age: chartOf([
        ['lag_seconds/dedup', 'for dedup'],
        ...names.map(name => [`lag_seconds/${name}`, `for ${name}`] as const),
      ]),
    }
  }, [samples, known])

  return (
    <section class="card">
      <header class="card-head">
        <h2>
          Over time{' '}
          {reach < most && first !== undefined && (
            <small>
              since <Moment at={first.at} />, before which nothing is known
            </small>
          )}
        </h2>
        <label>
          <span class="hidden">How far back</span>
          <select value={chosen} onChange={event => settle({ minutes: event.currentTarget.value })}>
            {ranges.map(([minutes, name]) => (
              <option key={minutes} value={minutes}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </header>
      <RefusalNotice refused={refused} />
      <Chart title="Flow" unit="events a second" {...charts.flow} reach={reach} show={rate} />
      <Chart title="Waiting" unit="events" {...charts.lag} reach={reach} show={rate} />
      <Chart
        title="Age of the oldest that waits"
        unit=""
        {...charts.age}
        reach={reach}
        show={seconds => durationOf(seconds * 1_000)}
      />
    </section>
  )
}
