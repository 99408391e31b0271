// Asks who leaves something unsaved: stay, leave and keep it for later, or let it go.

import { Dialog } from './dialog.tsx'

export interface LeaveDialogProps {
  /** What was changed and not saved. */
  readonly what: string
  readonly onStay: () => void
  readonly onKeep: () => void
  readonly onDiscard: () => void
}

export function LeaveDialog({ what, onStay, onKeep, onDiscard }: LeaveDialogProps) {
  return (
    <Dialog title="Leave without saving?" onClose={onStay}>
      <p>
        What you wrote on <strong>{what}</strong> is not saved, and not in force. Kept, it is here until this
        page is closed or loaded anew.
      </p>
      <p class="actions">
        <button type="button" class="primary" onClick={onStay}>
          Stay here
        </button>{' '}
        <button type="button" onClick={onKeep}>
          Leave and keep it
        </button>{' '}
        <button type="button" class="danger" onClick={onDiscard}>
          Discard it
        </button>
      </p>
    </Dialog>
  )
}
