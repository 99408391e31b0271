// The inputs of podpipe: those of the file, to be seen, and those of the console, to be changed.

import { useState } from 'preact/hooks'
import type { CollectorAnswer, CollectorsAnswer } from '../../api/collectors-schema.ts'
import { useAsked } from '../asking.ts'
import { arrivalText, versionText } from '../collector-words.ts'
import { useDrafts } from '../drafts.ts'
import { settle } from '../navigation.ts'
import { Allowed } from '../pieces/allowed.tsx'
import { ChangeDialog, type PlainChange } from '../pieces/change-dialog.tsx'
import { CollectorEditor } from '../pieces/collector-editor.tsx'
import { CollectorView } from '../pieces/collector-view.tsx'
import { Moment } from '../pieces/moment.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { RekeyNotice } from '../pieces/rekey-notice.tsx'
import { Scroll } from '../pieces/scroll.tsx'
import type { ScreenProps } from './screens.ts'
import '../styles/collectors.css'

const lookEveryMs = 3_000

export function Collectors({ place: { settings }, picture }: ScreenProps) {
  const { name = '', view = '' } = settings
  const list = useAsked<CollectorsAnswer>('collectors', lookEveryMs)
  const drafts = useDrafts()
  const isAdding = view === 'add'
  const path = name === '' || isAdding ? undefined : `collectors/${encodeURIComponent(name)}`
  const one = useAsked<CollectorAnswer>(path, lookEveryMs)
  const [change, setChange] = useState<PlainChange>()
  const again = (): void => {
    list.again()
    one.again()
  }
  const kinds = list.answer?.kinds ?? []
  const opened = one.answer
  return (
    <>
      <RefusalNotice refused={list.refused} />
      {list.answer?.can_seal === false && (
        <p class="notice notice-warn">
          <strong>Collectors cannot be kept yet.</strong> Their API keys are sealed before they are stored,
          and there is no key to seal them with. Set <code>console.secret_key</code> (or{' '}
          <code>PODPIPE_CONSOLE_SECRET_KEY</code>) for ingest and for the console, such as{' '}
          <code>openssl rand -base64 32</code> prints, and restart both.
        </p>
      )}
      <RekeyNotice names={list.answer?.needs_rekey ?? []} onDone={again} />
      <Allowed right="admin">
        {isAdding ? (
          <CollectorEditor key="add" collector={undefined} kinds={kinds} onSaved={again} />
        ) : (
          <p class="actions">
            <button type="button" class="primary" onClick={() => settle({ view: 'add', name: '' })}>
              {drafts.of('') === undefined ? 'Add a collector' : 'Go on with the new collector'}
            </button>
          </p>
        )}
      </Allowed>
      <RefusalNotice refused={one.refused} />
      {path !== undefined && opened === undefined && one.refused === undefined && (
        <p class="empty">Looking …</p>
      )}
      {path !== undefined && opened !== undefined && view === 'edit' && opened.managed_by === 'console' && (
        <Allowed right="admin" otherwise={<p class="notice">Only admins change collectors.</p>}>
          <CollectorEditor key={name} collector={opened} kinds={kinds} onSaved={again} />
        </Allowed>
      )}
      {path !== undefined && opened !== undefined && (view !== 'edit' || opened.managed_by === 'file') && (
        <CollectorView key={name} collector={opened} picture={picture} onChange={setChange} />
      )}
      <List answer={list.answer} opened={name} />
      {change !== undefined && (
        <ChangeDialog
          change={change}
          onClose={() => setChange(undefined)}
          onDone={() => {
            setChange(undefined)
            if (change.does === 'remove') settle({ name: '', view: '' })
            again()
          }}
        />
      )}
    </>
  )
}

function List({ answer, opened }: { answer: CollectorsAnswer | undefined; opened: string }) {
  const drafts = useDrafts()
  if (answer === undefined) return <p class="empty">Looking which inputs there are …</p>
  if (answer.collectors.length === 0) {
    return (
      <p class="empty">
        There is no input yet. Add a collector: it needs a cluster id and an API key of Proofpoint.
      </p>
    )
  }
  return (
    <Scroll name="Inputs">
      <table class="collectors stacks">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Cluster</th>
            <th scope="col">Services</th>
            <th scope="col">Version</th>
            <th scope="col">Managed by</th>
            <th scope="col">Last change</th>
          </tr>
        </thead>
        <tbody>
          {answer.collectors.map(collector => {
            const { name, enabled, problem, cluster, services, managed_by, at, by } = collector
            return (
              <tr key={name} class={name === opened ? 'chosen' : undefined}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => settle({ name, view: '' })}>
                    {name}
                  </button>
                  {drafts.of(name) !== undefined && <span class="soft"> unsaved changes</span>}
                </th>
                <td>
                  {problem !== undefined ? (
                    <span class="tone tone-bad">✕ cannot be used</span>
                  ) : enabled ? (
                    <span class="tone tone-good">● enabled</span>
                  ) : (
                    <span class="tone tone-soft">○ disabled</span>
                  )}
                </td>
                <td>{cluster}</td>
                <td>{services.join(', ')}</td>
                <td>
                  {versionText(collector)}
                  <Arrival collector={collector} />
                </td>
                <td>{managed_by === 'file' ? 'file, read-only' : 'console'}</td>
                <td>
                  {at === undefined ? (
                    '–'
                  ) : (
                    <>
                      by {by}, <Moment at={at} />
                    </>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

function Arrival({ collector }: { collector: CollectorsAnswer['collectors'][number] }) {
  const text = arrivalText(collector)
  return text === undefined ? null : <span class="advice">{text}</span>
}
