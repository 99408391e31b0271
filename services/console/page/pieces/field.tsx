// A field of a form, with its name and what to write into it; and one for a secret.

import { useId } from 'preact/hooks'
import '../styles/form.css'

/** What stands for a secret that is stored. */
const kept = '********'

export interface FieldProps {
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly isReadOnly?: boolean
  readonly isOptional?: boolean
  readonly isSecret?: boolean
  readonly onValue: (value: string) => void
}

export function Field({ label, value, hint, isReadOnly = false, isSecret = false, onValue }: FieldProps) {
  const id = useId()
  const about = {
    ...{ id, value, readOnly: isReadOnly, autocomplete: 'off' },
    ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }),
    onInput: (event: { currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isSecret ? <input type="password" {...about} /> : <input type="text" {...about} />}
      {hint !== undefined && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
    </div>
  )
}

/** A secret is never shown: one that is stored is kept until another one is typed. */
export function Secret({
  label,
  value,
  hint,
  onValue,
}: Pick<FieldProps, 'label' | 'value' | 'hint' | 'onValue'>) {
  const isStored = value === kept
  return (
    <Field
      label={label}
      isSecret
      value={isStored ? '' : value}
      hint={
        isStored
          ? 'one is stored, encrypted; type another one to replace it'
          : (hint ?? 'encrypted before it is stored, and never shown again')
      }
      onValue={onValue}
    />
  )
}
