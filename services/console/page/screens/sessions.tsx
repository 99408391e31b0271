// The streams of Proofpoint: how each is, and its day.

import type { SpanState } from '@podpipe/operations/sessions/timeline.ts'
import { useContext } from 'preact/hooks'
import type { SessionAnswer, SessionsAnswer } from '../../api/sessions-schema.ts'
import { useAsked } from '../asking.ts'
import { AwayNow } from '../live.ts'
import { settle } from '../navigation.ts'
import { DayLegend, DayScale } from '../pieces/day-line.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { SessionPanel } from '../pieces/session-panel.tsx'
import { SessionRow } from '../pieces/session-row.tsx'
import { SessionState } from '../pieces/session-state.tsx'
import { inOrder, type Order, orders } from '../session-order.ts'
import { stateWords } from '../session-words.ts'
import { count } from '../words.ts'
import '../styles/sessions.css'
import type { ScreenProps } from './screens.ts'

const lookEveryMs = 3_000
const orderWords: Readonly<Record<Order, { readonly head: string; readonly title: string }>> = {
  name: { head: 'Session', title: 'sort by name' },
  state: { head: 'State', title: 'sort by state: what is not well first' },
  stored: { head: 'Stored up to', title: 'sort by what is in Kafka: who is farthest behind first' },
}
const legend: readonly SpanState[] = ['live', 'archive', 'opening', 'away', 'conflict', 'stopped', 'unknown']

export function Sessions({ place: { settings } }: ScreenProps) {
  const { q = '', state = '', by = '', open = '' } = settings
  const { answer, refused } = useAsked<SessionsAnswer>('sessions', lookEveryMs)
  const away = useContext(AwayNow)
  if (answer === undefined) {
    return refused ? <RefusalNotice refused={refused} /> : <p class="empty">Asking the services …</p>
  }
  const { sessions, from, to, at, replicas, has_history } = answer
  const shown = inOrder(sessions, by).filter(
    each => each.name.toLowerCase().includes(q.toLowerCase()) && (state === '' || each.state === state),
  )
  const opened = sessions.find(({ name }) => name === open)
  const now = Date.parse(at)
  return (
    <>
      <RefusalNotice refused={refused} />
      <Summary sessions={sessions} replicas={replicas} state={state} />
      {sessions.length > 12 && (
        <label class="search">
          Find{' '}
          <input
            type="search"
            value={q}
            placeholder="cluster or service"
            onInput={event => settle({ q: event.currentTarget.value })}
          />
        </label>
      )}
      {!has_history && !away.kafka && (
        <p class="notice notice-warn">
          There is no topic of history, so nothing is known of the last day. The console makes it when it
          starts, if Kafka allows that; <code>podpipe topics plan</code> shows it.
        </p>
      )}
      <div class={opened === undefined ? 'beside' : 'beside beside-open'}>
        <div>
          <div class="session-head">
            {orders.map(order => (
              <span key={order}>
                <button
                  type="button"
                  class="link"
                  aria-pressed={order === (by || 'name')}
                  title={orderWords[order].title}
                  onClick={() => settle({ by: order === 'name' ? '' : order })}
                >
                  {orderWords[order].head}
                  <span aria-hidden="true">{order === (by || 'name') ? ' ▾' : ''}</span>
                </button>
              </span>
            ))}
            <span aria-hidden="true">Archive</span>
            <span class="day-head" aria-hidden="true">
              Last day <DayScale from={from} to={to} />
            </span>
          </div>
          <ul class="plain" aria-label="Sessions">
            {shown.map(each => (
              <SessionRow key={each.name} session={each} {...{ from, to, now, isOpen: each.name === open }} />
            ))}
          </ul>
          {shown.length === 0 && (
            <p class="empty">
              {sessions.length === 0
                ? 'No session is configured, or no process of ingest answers. Add a collector, or look at Flow for what is not well.'
                : 'No session is like this. Take the filter away to see all.'}
            </p>
          )}
          <DayLegend states={legend} />
        </div>
        {opened !== undefined && <SessionPanel key={opened.name} session={opened} now={now} />}
      </div>
    </>
  )
}

function Summary(props: { sessions: readonly SessionAnswer[]; replicas: number; state: string }) {
  const { sessions, replicas, state } = props
  const groups = Map.groupBy(sessions, each => each.state)
  const known = Object.keys(stateWords).filter(each => groups.has(each) || each === state)
  return (
    <fieldset class="choices" aria-label="Show sessions by state">
      <button type="button" aria-pressed={state === ''} onClick={() => settle({ state: '' })}>
        all {count(sessions.length)}
      </button>
      {known.map(each => (
        <button
          key={each}
          type="button"
          aria-pressed={state === each}
          onClick={() => settle({ state: each })}
        >
          <SessionState state={each} /> {count(groups.get(each)?.length ?? 0)}
        </button>
      ))}
      <span class="soft">
        in {count(replicas)} {replicas === 1 ? 'process' : 'processes'} of ingest
      </span>
    </fieldset>
  )
}
