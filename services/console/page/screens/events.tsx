// The events of a stage, the newest first, as they come.

import type { EventListed } from '@podpipe/operations/events/listed.ts'
import { stages } from '@podpipe/operations/tap/stages.ts'
import type { About } from '../../api/about.ts'
import { useAsked } from '../asking.ts'
import { useEvents } from '../event-pages.ts'
import { settle } from '../navigation.ts'
import { Allowed } from '../pieces/allowed.tsx'
import { EventPanel } from '../pieces/event-panel.tsx'
import { KindChoice } from '../pieces/kind-choice.tsx'
import { Moment } from '../pieces/moment.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { Scroll } from '../pieces/scroll.tsx'
import { TimeRange } from '../pieces/time-range.tsx'
import { bytes, count, counted } from '../words.ts'
import type { ScreenProps } from './screens.ts'
import '../styles/filters.css'
import '../styles/records.css'

const stageWords: Readonly<Record<string, string>> = {
  raw: 'every frame as Proofpoint sent it',
  unique: 'each event once, on its way to the outputs',
  rejected: 'what could not go on',
  seen: 'what dedup has decided, one block a transaction',
}

export function Events({ place: { settings } }: ScreenProps) {
  const {
    stage = 'raw',
    service = '',
    from = '',
    to = '',
    id = '',
    text = '',
    open = '',
    follow = '',
  } = settings
  const about = useAsked<About>('about').answer
  const pages = useEvents({ stage, service, from, to, id, text }, follow !== '')
  const { events, refused, isAsking, isCut, older, looked } = pages
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const next = ['service', 'from', 'to', 'id', 'text'].map(name => [
      name,
      String(given.get(name) ?? '').trim(),
    ])
    settle({ ...Object.fromEntries(next), open: '' })
    // The same question once more is meant as one.
    pages.again()
  }
  return (
    <>
      <fieldset class="choices">
        <legend class="hidden">Stage</legend>
        {stages.map(each => (
          <button
            key={each}
            type="button"
            aria-pressed={each === stage}
            onClick={() => settle({ stage: each, open: '' })}
          >
            {each}
          </button>
        ))}
        <span class="soft">{stageWords[stage]}</span>
      </fieldset>
      <form class="filters" onSubmit={submit}>
        <KindChoice kinds={about?.kinds ?? []} value={service} />
        <TimeRange from={from} to={to} />
        {stage !== 'seen' && (
          <>
            <label>
              <span>Id</span>
              <input name="id" key={id} defaultValue={id} autocomplete="off" />
            </label>
            <Allowed right="content">
              <label>
                <span>Text in the event</span>
                <input name="text" key={text} defaultValue={text} autocomplete="off" />
              </label>
            </Allowed>
          </>
        )}
        <button type="submit" class="primary">
          Show
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={follow !== ''}
            onChange={event => settle({ follow: event.currentTarget.checked ? 'yes' : '' })}
          />
          <span>Follow</span>
        </label>
      </form>
      <RefusalNotice refused={refused} />
      <div class={open === '' ? 'beside' : 'beside beside-open'}>
        <section aria-label="Events" aria-busy={isAsking}>
          {events.length > 0 && <EventTable events={events} open={open} />}
          {events.length === 0 && !isAsking && refused === undefined && !isCut && (
            <p class="empty">
              No such event lies in {stage}. Widen the range or leave a filter out;{' '}
              {stage === 'rejected' ? 'rejects are kept for 30 days' : `${stage} is kept for 7 days`}.
            </p>
          )}
          {events.length === 0 && isAsking && <p class="empty">Reading from the newest on …</p>}
          {isCut && (
            <p class="notice notice-warn" role="status">
              Looked through {counted(looked.records, 'record')} ({bytes(looked.bytes)}) from the newest on,
              and stopped there. What is older was not looked at yet.
            </p>
          )}
          {older && (
            <button type="button" disabled={isAsking} onClick={pages.goOn}>
              {isAsking ? 'Reading …' : isCut ? 'Look further back' : 'Older events'}
            </button>
          )}
        </section>
        {open !== '' && <EventPanel open={open} onClose={() => settle({ open: '' })} />}
      </div>
    </>
  )
}

function EventTable({ events, open }: { events: readonly EventListed[]; open: string }) {
  const hasContent = events.some(({ beginning }) => beginning !== null)
  return (
    <Scroll name="Events found">
      <table class="records stacks">
        <caption class="hidden">{count(events.length)} events, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Received (UTC)</th>
            <th scope="col" class="minor">
              Kind
            </th>
            <th scope="col">Event</th>
            <th scope="col" class="number minor">
              Size
            </th>
            {hasContent && (
              <th scope="col" class="minor">
                Content
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {events.map(event => {
            const { stage, service, partition, offset, time } = event
            const name = [stage, stage === 'rejected' ? '' : (service ?? ''), partition, offset].join('/')
            return (
              <tr key={name} class={name === open ? 'chosen' : undefined}>
                <td>
                  <Moment at={time} isUtc />
                </td>
                <td class="minor">{service ?? '?'}</td>
                <td class="id">
                  <button
                    type="button"
                    class="link"
                    aria-pressed={name === open}
                    onClick={() => settle({ open: name })}
                  >
                    {titleOf(event)}
                  </button>
                </td>
                <td class="number minor">{event.size === null ? '–' : bytes(event.size)}</td>
                {hasContent && (
                  <td class="content minor">
                    <div class="clamp">{event.beginning}</div>
                  </td>
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

/** What an event is called by in the list. */
function titleOf({ stage, fields, partition, offset }: EventListed): string {
  if (stage === 'rejected')
    return `${fields.reason ?? 'undecodable'}: ${fields.error ?? fields.undecodable ?? ''}`
  if (stage === 'seen')
    return `${partition}/${offset}: ${fields.ids ?? '?'} ids, decided ${fields.decided ?? '?'}`
  return String(fields.id ?? `${partition}/${offset}`)
}
