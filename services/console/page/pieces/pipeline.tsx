// The way of an event from left to right, or from top to bottom where there is no room: each station with what goes
// through it, and between them how much flows.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { count, rate } from '../words.ts'
import { Pipe, Rows, Station, Waiting } from './station.tsx'
import '../styles/flow.css'

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
    <ol class="plain pipeline" aria-label="The way of an event">
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
                {isIll(name, picture) && <span class="tone tone-bad">■ not delivering</span>}
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
