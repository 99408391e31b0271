// Which kind of event.

export interface KindChoiceProps {
  readonly kinds: readonly string[]
  readonly value: string
  readonly label?: string
}

export function KindChoice({ kinds, value, label = 'Kind' }: KindChoiceProps) {
  // One that a link names is there before the kinds are known.
  const all = value === '' || kinds.includes(value) ? kinds : [value, ...kinds]
  return (
    <label>
      <span>{label}</span>
      <select name="service" key={all.join(' ')} defaultValue={value}>
        <option value="">all</option>
        {all.map(kind => (
          <option key={kind} value={kind} selected={kind === value}>
            {kind}
          </option>
        ))}
      </select>
    </label>
  )
}
