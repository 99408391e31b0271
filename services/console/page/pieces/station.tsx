// One station on the way of an event, and the pipe to the next.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { ComponentChildren } from 'preact'
import { counted, rate } from '../words.ts'
import { SessionName } from './session-name.tsx'

// More would make the picture longer than a look.
const most = 6

interface StationProps {
  readonly title: string
  readonly of: string
  readonly isIll?: boolean
  readonly children: ComponentChildren
}

export function Station({ title, of, isIll: ill = false, children }: StationProps) {
  return (
    <li class={ill ? 'station station-ill' : 'station'}>
      <h2>
        {title} <small>{of}</small>
      </h2>
      {children}
    </li>
  )
}

export function Pipe({ flow, what }: { flow: number | null; what: string }) {
  const isFlowing = flow !== null && flow > 0
  return (
    <li class={isFlowing ? 'pipe pipe-flows' : 'pipe'}>
      <span class="pipe-rate">
        {rate(flow)}
        <small>/s</small>
      </span>
      <span class="hidden"> {what} flow on</span>
    </li>
  )
}

export function Waiting({ events, seconds, on }: { events: number | null; seconds: number; on: string }) {
  if (events === null) return <p class="waiting">what waits for {on} is not known</p>
  if (events === 0) return <p class="waiting">nothing waits for {on}</p>
  return (
    <p class="waiting">
      <strong>{counted(events, 'event')}</strong> wait for {on}
      {seconds >= 1 && `, the oldest for ${durationOf(seconds * 1_000).replaceAll(' ', '\u00a0')}`}
    </p>
  )
}

interface Row {
  readonly name: string
  readonly value: string
  readonly sign?: string
  readonly isIll?: boolean
}

// What is ill comes first: where there are many, it must not be among those that are left out.
export function Rows({ rows }: { rows: readonly Row[] }) {
  const sorted = [...rows].sort((a, b) => Number(b.isIll ?? false) - Number(a.isIll ?? false))
  return (
    <>
      <ul class="plain rows">
        {sorted.slice(0, most).map(({ name, value, sign, isIll: ill = false }) => (
          <li key={name}>
            <span class="name">
              {sign !== undefined && (
                <span class={ill ? 'tone tone-bad' : 'tone tone-good'} title={sign}>
                  <span aria-hidden="true">{ill ? '■' : '●'}</span>
                  <span class="hidden">{sign}: </span>
                </span>
              )}
              <SessionName name={name} />
            </span>
            <span class="value">{value}</span>
          </li>
        ))}
      </ul>
      {rows.length > most && <p class="waiting">and {rows.length - most} more</p>}
    </>
  )
}
