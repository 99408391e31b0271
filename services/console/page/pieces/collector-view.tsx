// One collector: whether it works, its sessions, its JSON, and what became of it.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import type { CollectorAnswer, RevisionAnswer } from '../../api/collectors-schema.ts'
import type { SessionsAnswer } from '../../api/sessions-schema.ts'
import { useAsked } from '../asking.ts'
import { useDrafts } from '../drafts.ts'
import { settle } from '../navigation.ts'
import { rate } from '../words.ts'
import { Allowed } from './allowed.tsx'
import type { PlainChange } from './change-dialog.tsx'
import { CollectorRuns } from './collector-runs.tsx'
import { CopyButton } from './copy-button.tsx'
import { Diff } from './diff.tsx'
import { JsonEditor } from './json-editor.tsx'
import { Moment } from './moment.tsx'
import { OpenedTitle } from './opened-title.tsx'
import { SessionName } from './session-name.tsx'
import { SessionState } from './session-state.tsx'
import '../styles/changes.css'

const lookEveryMs = 2_000

export interface CollectorViewProps {
  readonly collector: CollectorAnswer
  readonly picture: Picture | undefined
  readonly onChange: (change: PlainChange) => void
}

export function CollectorView({ collector, picture, onChange }: CollectorViewProps) {
  const { name, managed_by, enabled, revision: seen = 0, problem, text, cluster } = collector
  const drafts = useDrafts()
  const isOwn = managed_by === 'console'
  const does = (change: 'enable' | 'disable' | 'remove') => () => onChange({ does: change, name, seen })
  return (
    <section class="card" aria-label={`The collector ${name}`}>
      <div class="card-head">
        <OpenedTitle of={name}>{name}</OpenedTitle>
        <button type="button" onClick={() => settle({ name: '', view: '' })}>
          Close
        </button>
      </div>
      {problem !== undefined && (
        <p class="notice notice-bad">
          <strong>It cannot be used.</strong> {problem}
        </p>
      )}
      {!isOwn && (
        <p class="notice">
          It stands in the configuration file, which has the say over it: change it there. podpipe takes a
          changed file up by itself.
        </p>
      )}
      {isOwn && (
        <Allowed right="admin">
          <p class="actions">
            <button type="button" class="primary" onClick={() => settle({ view: 'edit' })}>
              {drafts.of(name) === undefined ? 'Edit' : 'Go on with unsaved changes'}
            </button>{' '}
            <button type="button" onClick={does(enabled ? 'disable' : 'enable')}>
              {enabled ? 'Disable' : 'Enable'}
            </button>{' '}
            <button type="button" class="danger" onClick={does('remove')}>
              Remove
            </button>
          </p>
        </Allowed>
      )}
      <h3>Sessions</h3>
      <Sessions input={name} cluster={cluster} isEnabled={enabled} picture={picture} />
      <CollectorRuns collector={collector} />
      <div class="card-head">
        <h3>JSON</h3>
        <CopyButton text={text} what="the JSON" />
      </div>
      <JsonEditor text={text} faults={[]} isReadOnly />
      {isOwn && <Revisions name={name} seen={seen} onChange={onChange} />}
    </section>
  )
}

function Sessions(props: {
  input: string
  cluster: string
  isEnabled: boolean
  picture: Picture | undefined
}) {
  const { input, isEnabled, picture } = props
  const { answer } = useAsked<SessionsAnswer>('sessions', lookEveryMs)
  const own = answer?.sessions.filter(each => each.input === input) ?? []
  if (own.length === 0) {
    return (
      <p class="empty">
        {isEnabled ? 'Its sessions begin within seconds …' : 'It is disabled: it has no sessions.'}
      </p>
    )
  }
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">State</th>
          <th scope="col" class="number">
            events/s
          </th>
        </tr>
      </thead>
      <tbody>
        {own.map(({ name, state, cause }) => (
          <tr key={name}>
            <th scope="row">
              <a href={`#/sessions?open=${encodeURIComponent(name)}`}>
                <SessionName name={name} />
              </a>
            </th>
            <td>
              <SessionState state={state} />
              {cause !== undefined && <span class="advice">{cause}</span>}
            </td>
            <td class="number">{rate(picture?.sessions.find(each => each.name === name)?.in ?? null)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Revisions(props: { name: string; seen: number; onChange: (change: PlainChange) => void }) {
  const { name, seen, onChange } = props
  const { answer } = useAsked<readonly RevisionAnswer[]>(
    `collectors/${encodeURIComponent(name)}/revisions?seen=${seen}`,
  )
  return (
    <>
      <h3>History</h3>
      <ol class="plain">
        {answer?.map(({ revision, at, by, what, from_revision, secrets_changed, diff }) => (
          <li class="revision" key={revision}>
            <p>
              <strong>{revision}</strong> {what.replace('_', ' ')}
              {from_revision !== undefined && ` to ${from_revision}`} by {by}, <Moment at={at} />
              {secrets_changed && <span class="soft">; a secret was replaced</span>}
            </p>
            <details>
              <summary>What changed in revision {revision}</summary>
              <Diff lines={diff} />
            </details>
            {revision !== seen && what !== 'removed' && (
              <Allowed right="admin">
                <button
                  type="button"
                  onClick={() => onChange({ does: 'roll_back', name, seen, to: revision })}
                >
                  Roll back to {revision}
                </button>
              </Allowed>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}
