// A chart over time; all on a screen share the time under the cursor.

import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useShownTheme } from '../theme.ts'
import { clockTime } from '../words.ts'
import '../styles/chart.css'

export interface Line {
  readonly name: string
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

export interface ChartProps {
  readonly title: string
  readonly unit: string
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  /** Of the last time, in seconds: what is shown of the time before it. */
  readonly reach: number
  readonly show: (value: number) => string
}

/** Between the marks of a chart's height: of fractions of a second, or of an event, several would be shown as the same number. */
const wholeSteps = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map(digit => digit * 10 ** power),
).flat()

const height = 150
// As wide as `33 min 20 s`, and the same for all: they share one axis of time.
const labelWidth = 84
const dashes = [[], [6, 4], [2, 3], [10, 4, 2, 4]]
const series = 4

export function Chart({ title, unit, times, lines, reach, show }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const theme = useShownTheme()
  const names = lines.map(({ name }) => name).join('\n')

  // Made anew for other lines or colours, not for other values.
  useEffect(() => {
    const box = place.current
    if (box === null) return undefined
    const made = new uPlot(optionsOf(box, lines, reach, show), dataOf(times, lines), box)
    plot.current = made
    showLast(made)
    const fit = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }))
    fit.observe(box)
    return () => {
      fit.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [names, theme, reach])
  useEffect(() => {
    plot.current?.setData(dataOf(times, lines))
    showLast(plot.current)
  }, [times, lines])

  return (
    <figure class="chart">
      <figcaption>
        {title} <small>{unit}</small>
        <span class="hidden">. {lines.map(line => `${line.name}: ${lastOf(line, show)}`).join('; ')}</span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}

const lastOf = ({ values }: Line, show: (value: number) => string): string => {
  const last = values.findLast(value => value !== null)
  return last == null ? 'nothing yet' : `${show(last)} now`
}

const dataOf = (times: readonly number[], lines: readonly Line[]): uPlot.AlignedData => [
  [...times],
  ...lines.map(({ values }) => [...values]),
]

/** Where no cursor asks for another time, the legend tells the last. */
function showLast(plot: uPlot | null): void {
  const isAsked = (plot?.cursor.idx ?? null) !== null
  if (plot !== null && !isAsked && plot.data[0].length > 0) plot.setLegend({ idx: plot.data[0].length - 1 })
}

/** The time that is shown ends with the last sample; before there is one, with now. */
function upTo(last: number | null, reach: number): [number, number] {
  const end = last !== null && Number.isFinite(last) ? last : Date.now() / 1_000
  return [end - reach, end]
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const fineClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

function optionsOf(
  box: HTMLElement,
  lines: readonly Line[],
  reach: number,
  show: (value: number) => string,
): uPlot.Options {
  // A canvas knows no theme: it is told what the colour comes to in the one that is shown.
  const colour = (name: string): string => {
    box.style.color = `var(${name})`
    const { color } = getComputedStyle(box)
    box.style.color = ''
    return color
  }
  const axis = {
    stroke: colour('--text-soft'),
    font: `11px ${getComputedStyle(box).fontFamily}`,
    grid: { stroke: colour('--edge'), width: 1 },
    ticks: { stroke: colour('--edge'), width: 1 },
  }
  return {
    width: box.clientWidth,
    height,
    hooks: { setCursor: [plot => showLast(plot)] },
    cursor: { sync: { key: 'podpipe' }, points: { size: 6 } },
    scales: {
      x: { range: (_, _first, last) => upTo(last, reach) },
      y: { range: (_, _low, high) => [0, Math.max(1, high * 1.1)] },
    },
    axes: [
      {
        ...axis,
        values: (_, splits, _axis, _space, step) =>
          splits.map(at => (step < 60 ? fineClock : clock).format(at * 1_000)),
      },
      { ...axis, size: labelWidth, incrs: wholeSteps, values: (_, splits) => splits.map(show) },
    ],
    series: [
      { value: (_, at) => (at == null ? '–' : clockTime(at * 1_000)) },
      ...lines.map(({ name }, at) => ({
        label: name,
        stroke: colour(`--series-${(at % series) + 1}`),
        width: 1.5,
        dash: dashes[at % dashes.length] ?? [],
        points: { show: false },
        value: (_: uPlot, value: number | null) => (value === null ? '–' : show(value)),
      })),
    ],
  }
}
