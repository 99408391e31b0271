// The redrive that runs in the console, or ran last: how far it is, and what has come of it.

import type { RedriveShown } from '@podpipe/operations/rejected/redriving.ts'
import { useEffect, useRef } from 'preact/hooks'
import { useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { useAsked } from '../asking.ts'
import { count } from '../words.ts'
import { Allowed } from './allowed.tsx'
import { AccountDetails } from './redrive-dialog.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

const words: Readonly<Record<RedriveShown['state'], string>> = {
  running: 'Sending again …',
  stopping: 'Stopping behind what is under way …',
  done: 'All that was meant is sent again.',
  stopped: 'Stopped; what is left is still to be sent again.',
  failed: 'Broken off; what is left is still to be sent again.',
}

export function RedriveState({ onEnd }: { onEnd: () => void }) {
  const { answer, refused, again } = useAsked<{ run: RedriveShown | null }>('rejected/redrive', 1_000)
  const stopping = useActing()
  const run = answer?.run ?? undefined
  const isRunning = run !== undefined && run.ended === null
  const wasRunning = useRef(false)
  useEffect(() => {
    if (wasRunning.current && !isRunning) onEnd()
    wasRunning.current = isRunning
  }, [isRunning, onEnd])
  if (run === undefined) return <RefusalNotice refused={refused} />
  const { found, redriven } = run.account
  const stop = async (): Promise<void> => {
    await stopping.act(() => ask('rejected/redrive/stop', { method: 'POST', body: {} }))
    again()
  }
  return (
    <section class={run.state === 'failed' ? 'notice notice-bad' : 'notice'} aria-label="Sending again">
      <div class="row">
        <p role="status">
          <strong>{words[run.state]}</strong> Found {count(found)} = sent again {count(redriven)} + left out{' '}
          {count(found - redriven)}.
        </p>
        <span class="spacer" />
        {isRunning && (
          <Allowed right="operator">
            <button type="button" disabled={stopping.isActing || run.state === 'stopping'} onClick={stop}>
              Stop
            </button>
          </Allowed>
        )}
      </div>
      {run.failure !== null && <p>{run.failure}</p>}
      <RefusalNotice refused={stopping.refused} />
      <AccountDetails account={run.account} />
    </section>
  )
}
