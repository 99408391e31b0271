// Replays, the latest first: how far each is, and what can be done with it.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { ReplayShown } from '@podpipe/operations/replay/replays.ts'
import { useState } from 'preact/hooks'
import { type Acting, useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { count, counted, rate as rateText, utc } from '../words.ts'
import { Allowed } from './allowed.tsx'
import { Dialog } from './dialog.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import '../styles/replays.css'

const states: Readonly<Record<ReplayShown['state'], { readonly mark: string; readonly tone: string }>> = {
  running: { mark: '▶', tone: 'good' },
  pausing: { mark: '▶', tone: 'warn' },
  unsure: { mark: '○', tone: 'warn' },
  paused: { mark: '❙❙', tone: 'warn' },
  ended: { mark: '■', tone: 'soft' },
  finished: { mark: '✓', tone: 'good' },
}

export interface ReplayListProps {
  readonly replays: readonly ReplayShown[]
  readonly onChanged: () => void
}

export function ReplayList({ replays, onChanged }: ReplayListProps) {
  const acting = useActing()
  const [ending, setEnding] = useState<string>()
  const does = async (name: string, what: 'pause' | 'resume' | 'end'): Promise<void> => {
    setEnding(undefined)
    await acting.act(async () => {
      await ask(`replays/${encodeURIComponent(name)}/${what}`, { method: 'POST', body: {} })
    })
    onChanged()
  }
  return (
    <>
      <RefusalNotice refused={acting.refused} />
      <ul class="plain replays">
        {replays.map(replay => (
          <li key={replay.name} class="card">
            <ReplayCard replay={replay} acting={acting} does={does} onEnd={() => setEnding(replay.name)} />
          </li>
        ))}
      </ul>
      {ending !== undefined && (
        <Dialog title="End this replay for good?" onClose={() => setEnding(undefined)}>
          <p>
            <code>{ending}</code> stops, stays in this list, and is not taken up again. What was confirmed is
            at its output; what is left is not sent. To go on later, pause it instead.
          </p>
          <div class="row">
            <span class="spacer" />
            <button type="button" onClick={() => setEnding(undefined)}>
              Cancel
            </button>
            <button type="button" class="danger" onClick={() => does(ending, 'end')}>
              End it
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}

interface ReplayCardProps {
  readonly replay: ReplayShown
  readonly acting: Acting
  readonly does: (name: string, what: 'pause' | 'resume') => void
  readonly onEnd: () => void
}

function ReplayCard({ replay, acting, does, onEnd }: ReplayCardProps) {
  const { name, output, from, to, services, ids, begun, state, isHere, limit, percent, said, failure } =
    replay
  const { mark, tone } = states[state]
  const isElsewhere = state === 'running' && !isHere
  return (
    <>
      <div class="row">
        <span class={`tone tone-${tone}`}>
          <span aria-hidden="true">{mark}</span> {state === 'unsure' ? 'looking whether it runs' : state}
        </span>
        <h3>{name}</h3>
        <span class="spacer" />
        <Allowed right="operator">
          {state === 'running' && isHere && (
            <button type="button" disabled={acting.isActing} onClick={() => does(name, 'pause')}>
              Pause
            </button>
          )}
          {state === 'paused' && (
            <button
              type="button"
              class="primary"
              disabled={acting.isActing}
              onClick={() => does(name, 'resume')}
            >
              Resume
            </button>
          )}
          {(state === 'paused' || (state === 'running' && isHere)) && (
            <button type="button" class="danger" disabled={acting.isActing} onClick={onEnd}>
              End …
            </button>
          )}
        </Allowed>
      </div>
      <p class="soft">
        {services.join(', ')} from {utc(from)} to {utc(to)} UTC to {output}
        {ids.length === 0 ? '' : `, ${counted(ids.length, 'id')}`}; begun {utc(begun)} UTC
        {limit !== null && `, ${counted(limit, 'event')} a second at most`}
        {isElsewhere && '. It runs in another process: a terminal, or another console. Pause it there.'}
      </p>
      <progress max={100} value={percent} aria-label={`Progress of ${name}`} />
      <p>
        <Figures replay={replay} />
      </p>
      {failure !== null && (
        <p class="notice notice-bad">
          It broke off: {failure} Put that right and resume it; it goes on behind what was confirmed.
        </p>
      )}
      {said.map(sentence => (
        <p key={sentence} class="notice notice-warn">
          {sentence}
        </p>
      ))}
    </>
  )
}

function Figures({ replay }: { replay: ReplayShown }) {
  const { state, percent, confirmed, refused, doubledAtMost, rate, secondsLeft } = replay
  const reasons = Object.entries(refused).map(([reason, each]) => `${count(each ?? 0)} ${reason}`)
  return (
    <>
      {percent} %, {counted(confirmed, 'event')} confirmed
      {reasons.length > 0 && `, refused: ${reasons.join(', ')}`}
      {rate !== null && state === 'running' && `, ${rateText(rate)} a second`}
      {state === 'running' &&
        (secondsLeft === null
          ? ', waiting for the output to confirm'
          : `, ${durationOf(secondsLeft * 1_000)} left`)}
      {doubledAtMost > 0 &&
        state !== 'running' &&
        `; ${counted(doubledAtMost, 'event')} at most may be there twice`}
    </>
  )
}
