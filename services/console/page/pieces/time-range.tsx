// From when to when, in the words that the command line takes too.

import { useId } from 'preact/hooks'

const times = 'A time such as 2024-05-22T12:00:00Z, -90m, today or yesterday; UTC unless it says otherwise.'

export interface TimeRangeProps {
  readonly from: string
  readonly to: string
  readonly isRequired?: boolean
}

export function TimeRange({ from, to, isRequired = false }: TimeRangeProps) {
  const hint = useId()
  return (
    <fieldset class="range">
      <legend class="hidden">Range of time</legend>
      <label>
        <span>From</span>
        <input
          name="from"
          key={from}
          defaultValue={from}
          placeholder={isRequired ? '-2h' : 'the oldest'}
          required={isRequired}
          title={times}
          aria-describedby={hint}
          autocomplete="off"
        />
      </label>
      <label>
        <span>To</span>
        <input
          name="to"
          key={to}
          defaultValue={to}
          placeholder={isRequired ? '-1h' : 'now'}
          required={isRequired}
          title={times}
          aria-describedby={hint}
          autocomplete="off"
        />
      </label>
      <span id={hint} class="hidden">
        {times}
      </span>
    </fieldset>
  )
}
