// One stream: how it is, how far, and what it met during the last day.

import type { NoteAnswer, SessionAnswer } from '../../api/sessions-schema.ts'
import { useAsked } from '../asking.ts'
import { settle } from '../navigation.ts'
import { ago, noteInWords } from '../session-words.ts'
import { clockTime } from '../words.ts'
import { Moment } from './moment.tsx'
import { OpenedTitle } from './opened-title.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import { SessionName } from './session-name.tsx'
import { SessionState } from './session-state.tsx'

const lookEveryMs = 5_000

export function SessionPanel({ session, now }: { session: SessionAnswer; now: number }) {
  const { name, state, since, connection, replica, cause, attempts, retry_at, archive, position, input } =
    session
  const path = `sessions/notes?name=${encodeURIComponent(name)}`
  const { answer: notes, refused } = useAsked<readonly NoteAnswer[]>(path, lookEveryMs)
  return (
    <section class="card panel" aria-label={`The session ${name}`}>
      <div class="card-head">
        <OpenedTitle of={name}>
          <SessionName name={name} />
        </OpenedTitle>
        <button type="button" onClick={() => settle({ open: '' })}>
          Close
        </button>
      </div>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <SessionState state={state} />
          {since !== undefined && (
            <span class="soft">
              {' '}
              since <Moment at={since} />
            </span>
          )}
        </dd>
        {cause !== undefined && (
          <>
            <dt>Cause</dt>
            <dd>
              {cause}. {attempts === undefined ? '' : `Attempt ${attempts}; `}
              {retry_at === undefined ? '' : `tried again at ${clockTime(retry_at)}.`}
            </dd>
          </>
        )}
        <dt>Input</dt>
        <dd>
          <a href={`#/collectors?name=${encodeURIComponent(input)}`}>{input}</a>
        </dd>
        <dt>Runs in</dt>
        <dd>{replica ?? 'no process that answers'}</dd>
        {connection !== undefined && (
          <>
            <dt>Connection</dt>
            <dd>
              <code>{connection}</code>
            </dd>
          </>
        )}
        {archive !== undefined && (
          <>
            <dt>Archive</dt>
            <dd>
              {clockTime(archive.from)} to {clockTime(archive.to)}, {archive.hours_done} h done
            </dd>
          </>
        )}
        {position !== undefined && (
          <>
            <dt>In Kafka</dt>
            <dd>
              {position.covered_to === undefined
                ? 'nothing yet'
                : `everything up to ${clockTime(position.covered_to)} (${ago(position.covered_to, now)})`}
              {position.doubt_from !== undefined && `, in doubt from ${clockTime(position.doubt_from)}`}
            </dd>
            <dt>From the archive</dt>
            <dd>
              {position.hours_to_fetch === 0 ? 'nothing to fetch' : `${position.hours_to_fetch} h to fetch`},{' '}
              {position.gaps === 0 ? (
                'no gaps'
              ) : (
                <strong class="tone tone-bad">{position.gaps} gaps: events were lost</strong>
              )}
            </dd>
          </>
        )}
      </dl>
      <h3>The last day</h3>
      <RefusalNotice refused={refused} />
      {notes?.length === 0 && (
        <p class="empty">Nothing was noted: no drop, no conflict, no hour of the archive.</p>
      )}
      <ol class="plain notes">
        {notes?.map(note => (
          <li key={`${note.at} ${note.what}`}>
            <Moment at={note.at} /> {noteInWords(note)}
            {(note.numbers.left_out ?? 0) > 0 && (
              <span class="soft">
                {' '}
                ({note.numbers.left_out} notes before it were left out: it comes and goes)
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
