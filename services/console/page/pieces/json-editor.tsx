// A text of JSON with its lines numbered and its faults marked: a plain text field, so that keyboard, screen readers and undo
// are the browser's own.

import { useEffect, useRef } from 'preact/hooks'
import type { PreviewAnswer } from '../../api/collectors-schema.ts'
import '../styles/editor.css'

type Finding = PreviewAnswer['faults'][number]

export interface JsonEditorProps {
  readonly text: string
  readonly faults: readonly Finding[]
  readonly isReadOnly?: boolean
  readonly onText?: (text: string) => void
  /** Where the cursor is to be put, from 1; a new object puts it there again. */
  readonly goTo?: { readonly line: number; readonly column: number } | undefined
}

export function JsonEditor({ text, faults, isReadOnly = false, onText, goTo }: JsonEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const lines = text.split('\n')
  const bad = new Set(faults.flatMap(({ line }) => line ?? []))

  useEffect(() => {
    if (goTo === undefined || field.current === null) return
    const at = offsetOf(field.current.value, goTo.line, goTo.column)
    field.current.focus()
    field.current.setSelectionRange(at, at)
  }, [goTo])

  return (
    <div class="editor">
      <div class="editor-lines" aria-hidden="true">
        {lines.map((_, at) => (
          <span key={at} class={bad.has(at + 1) ? 'line-bad' : ''}>
            {bad.has(at + 1) ? '✕' : ''} {at + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={field}
        aria-label="The collector as JSON"
        aria-invalid={faults.length > 0}
        spellcheck={false}
        autocomplete="off"
        wrap="off"
        rows={lines.length + 1}
        value={text}
        readOnly={isReadOnly}
        onInput={event => onText?.(event.currentTarget.value)}
        onKeyDown={event => indent(event, onText)}
      />
    </div>
  )
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return Math.min(text.length, before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1)
}

/** Enter keeps the depth of the line. Tab is left to the browser, or the keyboard could not leave the field. */
function indent(
  event: KeyboardEvent & { currentTarget: HTMLTextAreaElement },
  onText?: (text: string) => void,
): void {
  if (event.key !== 'Enter' || event.currentTarget.readOnly || event.isComposing) return
  event.preventDefault()
  const { value, selectionStart: from, selectionEnd: to } = event.currentTarget
  const line = value.slice(0, from).split('\n').at(-1) ?? ''
  const depth = /^ */.exec(line)?.[0] ?? ''
  const deeper = /[{[]\s*$/.test(line) ? `${depth}  ` : depth
  event.currentTarget.setRangeText(`\n${deeper}`, from, to, 'end')
  onText?.(event.currentTarget.value)
}
