// What could not go on: counted by reason, looked at one by one, and sent through the whole path once more.

import type { RejectsPage } from '@podpipe/operations/rejected/newest.ts'
import { useState } from 'preact/hooks'
import type { About } from '../../api/about.ts'
import { pathOf, useAsked } from '../asking.ts'
import { settle } from '../navigation.ts'
import { Allowed } from '../pieces/allowed.tsx'
import { EventPanel } from '../pieces/event-panel.tsx'
import { KindChoice } from '../pieces/kind-choice.tsx'
import { RedriveDialog, type RedriveWish } from '../pieces/redrive-dialog.tsx'
import { RedriveState } from '../pieces/redrive-state.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { type Reason, RejectGroups } from '../pieces/reject-groups.tsx'
import { RejectTable } from '../pieces/reject-table.tsx'
import { TimeRange } from '../pieces/time-range.tsx'
import { count, counted } from '../words.ts'
import type { ScreenProps } from './screens.ts'
import '../styles/filters.css'
import '../styles/records.css'

export function Rejected({ place: { settings } }: ScreenProps) {
  const { reason = '', service = '', from = '', to = '', all = '', before = '', open = '' } = settings
  const about = useAsked<About>('about').answer
  const reasons = useAsked<readonly Reason[]>('rejected/reasons').answer ?? []
  const filter = { reason, service, from, to }
  const rejects = useAsked<RejectsPage>(pathOf('rejected', { ...filter, open: all === '', before }))
  const { answer, refused, isAsking } = rejects
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [wish, setWish] = useState<RedriveWish>()
  const [begun, setBegun] = useState(0)
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const next = ['reason', 'service', 'from', 'to'].map(name => [name, String(given.get(name) ?? '').trim()])
    settle({ ...Object.fromEntries(next), before: '', open: '' })
    setChosen(new Set())
    rejects.again()
  }
  return (
    <>
      <form class="filters" onSubmit={submit}>
        <label>
          <span>Reason</span>
          <select name="reason" key={`${reasons.length} ${reason}`} defaultValue={reason}>
            <option value="">all</option>
            {reasons.map(each => (
              <option key={each.reason} value={each.reason} selected={each.reason === reason}>
                {each.reason}
              </option>
            ))}
          </select>
        </label>
        <KindChoice kinds={about?.kinds ?? []} value={service} />
        <TimeRange from={from} to={to} />
        <button type="submit" class="primary">
          Show
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={all !== ''}
            onChange={event => settle({ all: event.currentTarget.checked ? 'yes' : '', before: '' })}
          />
          <span>Also those that were sent again</span>
        </label>
      </form>
      <RefusalNotice refused={refused} />
      <RedriveState key={begun} onEnd={rejects.again} />
      {answer === undefined && refused === undefined && <p class="empty">Reading from the newest on …</p>}
      {answer !== undefined && (
        <div class={open === '' ? 'beside' : 'beside beside-open'}>
          <section aria-label="Rejects" aria-busy={isAsking}>
            <Summary
              page={answer}
              isOpen={all === ''}
              isFiltered={`${reason}${service}${from}${to}` !== ''}
            />
            {answer.groups.length > 0 && (
              <>
                <RejectGroups
                  groups={answer.groups}
                  reasons={reasons}
                  onRedrive={group =>
                    setWish({ ...filter, reason: group.reason, service: group.service ?? '' })
                  }
                />
                <div class="row">
                  <h2>The newest</h2>
                  <span class="spacer" />
                  <Allowed right="operator">
                    <button
                      type="button"
                      disabled={chosen.size === 0}
                      onClick={() => setWish({ ...filter, numbers: [...chosen] })}
                    >
                      Send {chosen.size === 0 ? 'chosen' : chosen.size} again …
                    </button>
                    <button type="button" onClick={() => setWish(filter)}>
                      Send all of this again …
                    </button>
                  </Allowed>
                </div>
                <RejectTable rejects={answer.newest} open={open} chosen={chosen} onChoose={setChosen} />
              </>
            )}
            <div class="row">
              {before !== '' && (
                <button type="button" onClick={() => settle({ before: '' })}>
                  Back to the newest
                </button>
              )}
              {answer.older !== null && (
                <button type="button" onClick={() => settle({ before: String(answer.older) })}>
                  Look further back
                </button>
              )}
            </div>
          </section>
          {open !== '' && <EventPanel open={`rejected//0/${open}`} onClose={() => settle({ open: '' })} />}
        </div>
      )}
      {wish !== undefined && (
        <RedriveDialog
          wish={wish}
          onClose={() => setWish(undefined)}
          onBegun={() => {
            setWish(undefined)
            setChosen(new Set())
            setBegun(turn => turn + 1)
          }}
        />
      )}
    </>
  )
}

interface SummaryProps {
  readonly page: RejectsPage
  readonly isOpen: boolean
  readonly isFiltered: boolean
}

function Summary({ page: { rejects, redriven, older, looked }, isOpen, isFiltered }: SummaryProps) {
  const reach =
    older === null ? '' : ` among the ${counted(looked, 'reject')} that were looked at; older ones were not`
  if (rejects === 0) {
    return (
      <p class="empty" role="status">
        {isFiltered ? 'There is no such reject' : 'There is no reject'}
        {isOpen ? ' that was not sent again' : ''}
        {reach}.{' '}
        {isFiltered ? 'Leave a filter out, or widen the range.' : 'Everything that came could go on.'}
      </p>
    )
  }
  return (
    <p role="status">
      <strong>{counted(rejects, 'reject')}</strong>
      {isOpen ? ' to look at' : `, ${redriven === 0 ? 'none' : `${count(redriven)} of them`} sent again`}
      {reach}.
    </p>
  )
}
