// Adds a collector, or edits one: as a form and as JSON side by side, with what is wrong and what will happen.

import { useState } from 'preact/hooks'
import type { AppliedAnswer, ChangeBody, CollectorAnswer } from '../../api/collectors-schema.ts'
import { useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { newCollector } from '../collector-json.ts'
import { useDrafts } from '../drafts.ts'
import { settle, useGuard } from '../navigation.ts'
import type { Place } from '../place.ts'
import { usePreview } from '../use-preview.ts'
import { CollectorForm } from './collector-form.tsx'
import { Diff } from './diff.tsx'
import { EffectList } from './effect-list.tsx'
import { FindingList } from './finding-list.tsx'
import { JsonEditor } from './json-editor.tsx'
import { LeaveDialog } from './leave-dialog.tsx'
import { OpenedTitle } from './opened-title.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import '../styles/collectors.css'

export interface CollectorEditorProps {
  /** Undefined for a new one. */
  readonly collector: CollectorAnswer | undefined
  readonly kinds: readonly string[]
  readonly onSaved: () => void
}

export function CollectorEditor({ collector, kinds, onSaved }: CollectorEditorProps) {
  const name = collector?.name ?? ''
  const stored = { text: collector?.text ?? newCollector, seen: collector?.revision ?? 0 }
  const drafts = useDrafts()
  const [draft, setDraft] = useState(() => drafts.of(name) ?? stored)
  const [goTo, setGoTo] = useState<{ line: number; column: number }>()
  const { act, isActing, refused, clear } = useActing()
  const isDirty = draft.text !== stored.text
  const change: ChangeBody | undefined = !isDirty
    ? undefined
    : collector === undefined
      ? { does: 'add', text: draft.text }
      : { does: 'edit', name, seen: draft.seen, text: draft.text }
  const { preview, refused: notPreviewed } = usePreview(change)
  const faults = preview?.faults ?? []
  const isGood = change !== undefined && preview !== undefined && faults.length === 0

  const take = (next: typeof draft): void => {
    setDraft(next)
    drafts.keep(name, next.text === stored.text ? undefined : next)
  }
  const write = (text: string): void => take({ ...draft, text })
  const isElsewhere = ({ screen, settings }: Place): boolean =>
    screen !== 'collectors' ||
    (collector === undefined ? settings.view !== 'add' : settings.view !== 'edit' || settings.name !== name)
  const leaving = useGuard(isDirty ? isElsewhere : undefined)
  const leave = (to: Record<string, string>): void => {
    drafts.keep(name, undefined)
    leaving.release()
    settle({ view: '', ...to })
  }
  const save = () =>
    act(async () => {
      if (change === undefined) return
      const applied = await ask<AppliedAnswer>('collectors/changes', { method: 'POST', body: change })
      onSaved()
      leave({ name: applied.name })
    })
  const isStale = collector !== undefined && draft.seen !== collector.revision

  return (
    <section class="card" aria-label={collector === undefined ? 'A new collector' : `The collector ${name}`}>
      <div class="card-head">
        <OpenedTitle of={name}>{collector === undefined ? 'A new collector' : `Edit ${name}`}</OpenedTitle>
        <p class="soft">{isDirty ? 'Unsaved changes' : collector === undefined ? '' : 'No changes yet'}</p>
      </div>
      {isStale && (
        <div class="notice notice-warn">
          <p>
            <strong>{collector.by} has changed it meanwhile.</strong>{' '}
            {`It is at revision ${collector.revision}; what you see was written on revision ${draft.seen}.`}
          </p>
          <p class="actions">
            <button type="button" onClick={() => take({ ...draft, seen: stored.seen })}>
              Keep my text
            </button>{' '}
            <button type="button" onClick={() => take(stored)}>
              Take what is there
            </button>
          </p>
        </div>
      )}
      <div class="side-by-side">
        <div>
          <h3>Form</h3>
          <CollectorForm text={draft.text} kinds={kinds} isNew={collector === undefined} onText={write} />
        </div>
        <div>
          <h3>JSON</h3>
          <JsonEditor text={draft.text} faults={faults} onText={write} goTo={goTo} />
          <FindingList findings={faults} kind="fault" onPlace={(line, column) => setGoTo({ line, column })} />
          <FindingList
            findings={preview?.warnings ?? []}
            kind="warning"
            onPlace={(line, column) => setGoTo({ line, column })}
          />
        </div>
      </div>
      <h3>What will happen</h3>
      <div aria-live="polite">
        {change === undefined && (
          <p class="empty">
            {collector === undefined
              ? 'Nothing yet: fill in the form, or put the JSON of a collector in place of the one that stands there.'
              : 'Nothing: nothing was changed.'}
          </p>
        )}
        {change !== undefined && preview === undefined && notPreviewed === undefined && (
          <p class="empty">Checking …</p>
        )}
        {faults.length > 0 && <p class="empty">Nothing, as long as something is wrong.</p>}
        {isGood && <EffectList effects={preview.effects} />}
      </div>
      {isGood && collector !== undefined && <Diff lines={preview.diff} />}
      <RefusalNotice refused={notPreviewed} />
      <RefusalNotice refused={refused} />
      <p class="actions">
        <button type="button" class="primary" disabled={!isGood || isActing} onClick={save}>
          {collector === undefined ? 'Add the collector' : 'Apply the changes'}
        </button>{' '}
        <button
          type="button"
          onClick={() => {
            clear()
            leave({})
          }}
        >
          {isDirty ? 'Discard' : 'Close'}
        </button>
      </p>
      {leaving.go !== undefined && (
        <LeaveDialog
          what={collector === undefined ? 'the new collector' : name}
          onStay={leaving.stay}
          onKeep={leaving.go}
          onDiscard={() => {
            drafts.keep(name, undefined)
            leaving.go?.()
          }}
        />
      )}
    </section>
  )
}
