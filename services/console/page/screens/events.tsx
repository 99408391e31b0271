// The events of a stage, the newest first, as they come.

import { stages } from '@podpipe/operations/tap/stages.ts'
import type { About } from '../../api/about.ts'
import { useAsked } from '../asking.ts'
import { useEvents } from '../event-pages.ts'
import { settle } from '../navigation.ts'
import { Allowed } from '../pieces/allowed.tsx'
import { EventPanel } from '../pieces/event-panel.tsx'
import { EventTable } from '../pieces/event-table.tsx'
import { KindChoice } from '../pieces/kind-choice.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { TimeRange } from '../pieces/time-range.tsx'
import { bytes, counted } from '../words.ts'
import type { ScreenProps } from './screens.ts'
import '../styles/filters.css'

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
