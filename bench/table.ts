// Figures as a table for people. Pure.

import type { Figure, Range } from './figure.ts'

interface Column {
  readonly title: string
  readonly cell: (figure: Figure) => string
  readonly align: 'left' | 'right'
}

const columns: readonly Column[] = [
  { title: 'what', cell: ({ what }) => what, align: 'left' },
  { title: 'ours', cell: ({ ours }) => numberText(ours), align: 'right' },
  { title: 'range', cell: ({ range }) => rangeText(range), align: 'left' },
  { title: 'unit', cell: ({ unit }) => unit, align: 'left' },
  { title: 'peer', cell: ({ peer }) => (peer === null ? '' : numberText(peer)), align: 'right' },
  { title: 'its range', cell: figure => rangeText(figure.peer_range), align: 'left' },
  { title: 'whose', cell: figure => figure.peer_name ?? '', align: 'left' },
  { title: 'ratio', cell: ({ ratio }) => (ratio === null ? '' : `${ratio.toFixed(2)}x`), align: 'right' },
  { title: 'aim', cell: ({ aim }) => aim ?? '', align: 'left' },
  { title: 'met', cell: ({ met }) => (met === null ? '' : met ? 'yes' : 'no'), align: 'left' },
]

/** Lays figures out in columns under their titles; a column in which nothing stands is left out. */
export function table(figures: readonly Figure[]): string {
  const shown = columns
    .map(({ title, cell, align }) => ({ title, align, cells: figures.map(cell) }))
    .filter(({ cells }) => cells.some(text => text !== ''))
    .map(column => ({ ...column, width: Math.max(...[column.title, ...column.cells].map(t => t.length)) }))
  const line = (pick: (column: (typeof shown)[number]) => string): string =>
    shown
      .map(column => {
        const text = pick(column)
        return column.align === 'left' ? text.padEnd(column.width) : text.padStart(column.width)
      })
      .join('   ')
      .trimEnd()
  return [
    line(({ title }) => title),
    line(({ width }) => '-'.repeat(width)),
    ...figures.map((_, row) => line(({ cells }) => cells[row] ?? '')),
    '',
  ].join('\n')
}

const rangeText = (range: Range | null): string =>
  range === null ? '' : `${numberText(range[0])} to ${numberText(range[1])}`

/** About three digits that say something: 4,213 or 87.5 or 6.03. */
function numberText(value: number): string {
  const size = Math.abs(value)
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}
