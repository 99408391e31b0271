// The screen of `podpipe top`, as lines for a terminal of some size. Pure.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { TopFigures } from '@podpipe/operations/figures/figures.ts'
import type { Health } from '@podpipe/operations/status/health.ts'
import { printable } from '../printable.ts'
import type { Order, View } from './view.ts'

/** A part of a line, and what it stands for: a colour, or a heading. */
export interface Segment {
  readonly text: string
  readonly tone?: Health | 'heading' | 'quiet'
}

export type Line = readonly Segment[]

interface Row {
  readonly name: string
  readonly cells: readonly string[]
  readonly rate: number
  readonly lag: number
  readonly tone?: Health
}

interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

const cellWidth = 11
const nameAtLeast = 24

/**
 * As many lines as the terminal has; longer ones are cut.
 * @param time of the figures, as it is shown
 */
export function screenOf(
  figures: TopFigures,
  view: View,
  { columns, rows, time }: { readonly columns: number; readonly rows: number; readonly time: string },
): Line[] {
  const head = headOf(figures, view, time)
  const body = tablesOf(figures).flatMap(table => linesOf(table, view, columns))
  const troubles = figures.troubles.flatMap(({ service, part, symptom, cause, action }): Line[] => [
    [{ text: `${service} ${part}: ${symptom}`, tone: 'degraded' }],
    [{ text: `  ${cause}` }],
    [{ text: `  ${action}`, tone: 'quiet' }],
  ])
  if (troubles.length > 0) body.push([], [{ text: 'NOT WELL', tone: 'heading' }], ...troubles)
  const room = Math.max(0, rows - head.length - 1)
  const top = Math.min(view.top, Math.max(0, body.length - room))
  const shown = body.slice(top, top + room)
  const filler: Line[] = Array.from({ length: room - shown.length }, () => [])
  const below = body.length - top - shown.length
  return [...head, ...shown, ...filler, footOf(view, below)].map(line => cut(line, columns))
}

function headOf(figures: TopFigures, { paused }: View, time: string): Line[] {
  const { health, sessions, dedup, outputs } = figures
  const total = (rates: readonly (number | null)[]): string =>
    perSecond(rates.includes(null) ? null : rates.reduce<number>((sum, each) => sum + (each ?? 0), 0))
  return [
    [
      { text: 'podpipe top   ' },
      { text: health, tone: health },
      { text: `   ${time}${paused ? '   paused' : ''}`, tone: 'quiet' },
    ],
    [
      {
        text: [
          `in ${total(sessions.map(each => each.in))}`,
          `unique ${total(dedup.map(each => each.unique))}`,
          `duplicate ${total(dedup.map(each => each.duplicate))}`,
          `rejected ${total(dedup.map(each => each.rejected))}`,
          `out ${total(outputs.map(each => each.delivered))}`,
        ].join('   '),
      },
    ],
  ]
}

function footOf({ typing, filter, order }: View, below: number): Line {
  if (typing) return [{ text: `filter: ${filter}_   Enter keeps it, Esc clears it` }]
  // What is not always there comes first: a narrow terminal cuts the end.
  const filtered = filter === '' ? '' : `filter: ${filter} (Esc clears)  `
  const more = below > 0 ? `${below} more below  ` : ''
  const keys = `q quit  s sort by ${order}  / filter  p pause  arrows scroll`
  return [{ text: `${filtered}${more}${keys}`, tone: 'quiet' }]
}

function tablesOf({ sessions, dedup, outputs, processes }: TopFigures): Table[] {
  return [
    {
      title: 'PROOFPOINT',
      columns: ['in/s', 'MB/s', 'session', 'in flight', 'archive h'],
      rows: sessions.map(each => ({
        name: each.name,
        cells: [
          perSecond(each.in),
          each.inBytes === null ? '-' : (each.inBytes / 1e6).toFixed(1),
          each.isOpen ? 'open' : 'closed',
          size(each.inFlightBytes),
          n(each.archiveHours),
        ],
        rate: each.in ?? 0,
        lag: each.archiveHours,
        ...(!each.isOpen && { tone: 'degraded' as const }),
      })),
    },
    {
      title: 'DEDUP',
      columns: ['unique/s', 'dupl./s', 'reject./s', 'lag', 'oldest'],
      rows: dedup.map(each => ({
        name: each.name,
        cells: [
          perSecond(each.unique),
          perSecond(each.duplicate),
          perSecond(each.rejected),
          n(each.lag),
          age(each.lagSeconds),
        ],
        rate: (each.unique ?? 0) + (each.duplicate ?? 0) + (each.rejected ?? 0),
        lag: each.lagSeconds,
      })),
    },
    {
      title: 'OUTPUTS',
      columns: ['out/s', 'reject./s', 'unconf.', 'lag', 'oldest'],
      rows: outputs.map(each => ({
        name: each.name,
        cells: [
          perSecond(each.delivered),
          perSecond(each.rejected),
          n(each.unconfirmed),
          n(each.lag),
          age(each.lagSeconds),
        ],
        rate: each.delivered ?? 0,
        lag: each.lagSeconds,
      })),
    },
    {
      title: 'PROCESSES',
      columns: ['memory', 'CPU', 'state'],
      rows: processes.map(each => ({
        name: `${each.name} ${each.address}`,
        cells: [
          each.memoryBytes === null ? '-' : size(each.memoryBytes),
          each.cpuPercent === null ? '-' : `${each.cpuPercent.toFixed(0)} %`,
          each.health,
        ],
        rate: each.cpuPercent ?? 0,
        lag: each.memoryBytes ?? 0,
        tone: each.health,
      })),
    },
  ]
}

function linesOf({ title, columns, rows }: Table, { order, filter }: View, width: number): Line[] {
  const kept = rows.filter(({ name }) => name.includes(filter)).sort(by(order))
  if (kept.length === 0) return []
  const nameWidth = Math.max(nameAtLeast, width - cellWidth * columns.length - 1)
  const line = (name: string, cells: readonly string[]): string =>
    `${printable(name).slice(0, nameWidth).padEnd(nameWidth)}${cells.map(cell => cell.slice(0, cellWidth - 1).padStart(cellWidth)).join('')}`
  return [
    [],
    [{ text: line(title, columns), tone: 'heading' }],
    ...kept.map(
      ({ name, cells, tone }): Line => [
        { text: line(name, cells), ...(tone !== undefined && tone !== 'healthy' && { tone }) },
      ],
    ),
  ]
}

const by =
  (order: Order) =>
  (a: Row, b: Row): number =>
    (order === 'rate' ? b.rate - a.rate : order === 'lag' ? b.lag - a.lag : 0) || a.name.localeCompare(b.name)

const n = (value: number): string => Math.round(value).toLocaleString('en-US')

const perSecond = (rate: number | null): string =>
  rate === null ? '-' : rate > 0 && rate < 10 ? rate.toFixed(1) : n(rate)

const age = (seconds: number): string => (seconds === 0 ? '-' : durationOf(seconds * 1_000))

const size = (bytes: number): string =>
  bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : bytes === 0
      ? '0'
      : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`

function cut(line: Line, columns: number): Line {
  let room = columns
  return line.flatMap(segment => {
    const text = segment.text.slice(0, room)
    room -= text.length
    return text === '' ? [] : [{ ...segment, text }]
  })
}
