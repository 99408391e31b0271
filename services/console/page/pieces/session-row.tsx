// One stream in the list of all: how it is, how far, and its day.

import type { SessionAnswer } from '../../api/sessions-schema.ts'
import { settle } from '../navigation.ts'
import { ago } from '../session-words.ts'
import { DayLine } from './day-line.tsx'
import { SessionName } from './session-name.tsx'
import { SessionState } from './session-state.tsx'

export function SessionRow(props: {
  session: SessionAnswer
  from: number
  to: number
  now: number
  isOpen: boolean
}) {
  const { session, from, to, now, isOpen } = props
  const { name, state, position, cause } = session
  return (
    <li class={isOpen ? 'session session-open' : 'session'}>
      <button
        type="button"
        class="link name"
        aria-expanded={isOpen}
        onClick={() => settle({ open: isOpen ? '' : name })}
      >
        <SessionName name={name} />
      </button>
      <span title={cause}>
        <SessionState state={state} />
      </span>
      <span class="soft">
        {position?.covered_to === undefined ? (
          <Nothing />
        ) : (
          <>
            {ago(position.covered_to, now)}
            <span class="narrow"> in Kafka</span>
          </>
        )}
      </span>
      <span class="soft">
        {(position?.hours_to_fetch ?? 0) === 0 ? <Nothing /> : `${position?.hours_to_fetch} h to fetch`}
        {(position?.gaps ?? 0) > 0 && <strong class="tone tone-bad"> ✕ {position?.gaps} gaps</strong>}
      </span>
      <DayLine session={session} from={from} to={to} />
    </li>
  )
}

/** A column that is empty; where there are no columns, nothing at all. */
const Nothing = () => <span class="wide">–</span>
