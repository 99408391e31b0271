// Asks before a collector is enabled, disabled, removed or rolled back: what will happen stands there before it does.

import type { AppliedAnswer, ChangeBody } from '../../api/collectors-schema.ts'
import { useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { usePreview } from '../use-preview.ts'
import { Dialog } from './dialog.tsx'
import { Diff } from './diff.tsx'
import { EffectList } from './effect-list.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

/** A change that needs no text. */
export type PlainChange = Exclude<ChangeBody, { readonly text: string }>

export interface ChangeDialogProps {
  readonly change: PlainChange
  readonly onDone: () => void
  readonly onClose: () => void
}

export function ChangeDialog({ change, onDone, onClose }: ChangeDialogProps) {
  const { preview, refused: notPreviewed } = usePreview(change)
  const { act, isActing, refused } = useActing()
  const { title, word } = wordsOf(change)
  const isGood = preview !== undefined && preview.faults.length === 0
  const save = async (): Promise<void> => {
    const isDone = await act(async () => {
      await ask<AppliedAnswer>('collectors/changes', { method: 'POST', body: change })
    })
    if (isDone) onDone()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {preview === undefined && notPreviewed === undefined && <p class="empty">Looking what will happen …</p>}
      {preview?.faults.map(({ what, advice }) => (
        <p key={what} class="notice notice-bad">
          {what} {advice}
        </p>
      ))}
      {isGood && <EffectList effects={preview.effects} />}
      {isGood && change.does === 'roll_back' && <Diff lines={preview.diff} />}
      {isGood && change.does === 'remove' && (
        <p>
          Its positions and its history stay. It can be added again under its name; its API key then has to be
          entered anew.
        </p>
      )}
      <RefusalNotice refused={notPreviewed} />
      <RefusalNotice refused={refused} />
      <p class="actions">
        <button
          type="button"
          class={change.does === 'remove' ? 'danger' : 'primary'}
          disabled={!isGood || isActing}
          onClick={save}
        >
          {word}
        </button>{' '}
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </p>
    </Dialog>
  )
}

function wordsOf(change: PlainChange): { title: string; word: string } {
  const { name } = change
  if (change.does === 'roll_back') {
    return {
      title: `Roll ${name} back to revision ${change.to}?`,
      word: `Roll back to revision ${change.to}`,
    }
  }
  const word = { enable: 'Enable', disable: 'Disable', remove: 'Remove' }[change.does]
  return { title: `${word} ${name}?`, word: `${word} ${name}` }
}
