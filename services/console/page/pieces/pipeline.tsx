// The way of an event from left to right, or from top to bottom where there is no room: each station with what goes
// through it, and between them how much flows.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import type { ComponentChildren } from 'preact'
import { count, counted, rate } from '../words.ts'

const most = 6

const total = (values: readonly (number | null)[]): number | null =>
  values.length === 0 || values.includes(null)
    ? null
    : values.reduce<number>((sum, each) => sum + Number(each), 0)

export function Pipeline({ picture }: { picture: Picture }) {
  const { sessions, dedup, outputs, account, views } = picture
  const [into, unique] = [total(sessions.map(each => each.in)), total(dedup.map(each => each.unique))]
  const decided = total(dedup.flatMap(each => [each.unique, each.duplicate, each.rejected]))
  const open = sessions.filter(({ isOpen }) => isOpen).length
  // Kafka knows it also while dedup does not answer.
  const undecided = account?.undecided ?? total(dedup.map(({ lag }) => lag))
  const enabled = views.filter(view => view.enabled)
  return (
    <ol class="pipeline" aria-label="The way of an event">
      <Station title="Sessions" of="Proofpoint" isIll={open < sessions.length}>
        {sessions.length === 0 ? (
          <p class="waiting">not known: no ingest answers, or it has no session yet</p>
        ) : (
          <p class="figure">
            {open} <small>of {sessions.length} live</small>
          </p>
        )}
        <Rows
          rows={sessions.map(({ name, isOpen, ...session }) => ({
            name,
            value: `${rate(session.in)}/s`,
            sign: isOpen ? 'live' : 'no session',
            isIll: !isOpen,
          }))}
        />
      </Station>
      <Pipe flow={into} what="frames" />
      <Station title="Raw" of="Kafka topic">
        <p class="figure">
          {account === null ? '–' : count(account.received)} <small>frames received</small>
        </p>
        <Waiting events={undecided} seconds={Math.max(0, ...dedup.map(each => each.lagSeconds))} on="dedup" />
      </Station>
      <Pipe flow={decided} what="frames" />
      <Station title="Dedup" of="each id once">
        {dedup.length === 0 && <p class="waiting">not known: no dedup answers</p>}
        <Rows
          rows={(['unique', 'duplicate', 'rejected'] as const).map(name => ({
            name,
            value: `${rate(total(dedup.map(each => each[name])))}/s`,
          }))}
        />
      </Station>
      <Pipe flow={unique} what="events" />
      <Station title="Unique" of="Kafka topic">
        <p class="figure">
          {account === null ? '–' : count(account.unique)} <small>events, each once</small>
        </p>
      </Station>
      <Pipe flow={total(outputs.map(each => each.delivered))} what="events" />
      <Station
        title="Outputs"
        of="each at its own pace"
        isIll={enabled.some(view => isIll(view.name, picture))}
      >
        {enabled.length === 0 && <p class="empty">No output is enabled.</p>}
        {enabled.map(({ name }) => {
          const figures = outputs.find(each => each.name === name)
          return (
            <section key={name} class="output">
              <h3>
                <a href="#/outputs">{name}</a>{' '}
                {isIll(name, picture) && <span class="sign sign-bad">■ not delivering</span>}
              </h3>
              <p class="figure">
                {rate(figures?.delivered ?? null)} <small>events/s delivered</small>
              </p>
              <Waiting
                events={account?.outputs.find(each => each.name === name)?.waiting ?? figures?.lag ?? null}
                seconds={figures?.lagSeconds ?? 0}
                on={name}
              />
            </section>
          )
        })}
      </Station>
    </ol>
  )
}

const isIll = (part: string, { troubles }: Picture): boolean =>
  troubles.some(trouble => trouble.service === 'forwarder' && trouble.part === part && !trouble.isWarning)

interface StationProps {
  readonly title: string
  readonly of: string
  readonly isIll?: boolean
  readonly children: ComponentChildren
}

function Station({ title, of, isIll: ill = false, children }: StationProps) {
  return (
    <li class={ill ? 'station station-ill' : 'station'}>
      <h2>
        {title} <small>{of}</small>
      </h2>
      {children}
    </li>
  )
}

function Pipe({ flow, what }: { flow: number | null; what: string }) {
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

function Waiting({ events, seconds, on }: { events: number | null; seconds: number; on: string }) {
  if (events === null) return <p class="waiting">what waits for {on} is not known</p>
  if (events === 0) return <p class="waiting">nothing waits for {on}</p>
  return (
    <p class="waiting">
      <strong>{counted(events, 'event')}</strong> wait for {on}
      {seconds > 0 && `, the oldest for ${durationOf(seconds * 1_000)}`}
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
function Rows({ rows }: { rows: readonly Row[] }) {
  const sorted = [...rows].sort((a, b) => Number(b.isIll ?? false) - Number(a.isIll ?? false))
  return (
    <>
      <ul class="rows">
        {sorted.slice(0, most).map(({ name, value, sign, isIll: ill = false }) => (
          <li key={name}>
            <span class="name">
              {sign !== undefined && (
                <span class={ill ? 'sign sign-bad' : 'sign sign-good'} title={sign}>
                  <span aria-hidden="true">{ill ? '■' : '●'}</span>
                  <span class="hidden">{sign}: </span>
                </span>
              )}
              {name}
            </span>
            <span class="value">{value}</span>
          </li>
        ))}
      </ul>
      {rows.length > most && <p class="waiting">and {rows.length - most} more</p>}
    </>
  )
}
