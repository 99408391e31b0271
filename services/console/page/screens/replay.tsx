// Stored events to an output once more: asked for, looked at before, begun, watched, paused, ended; and what was.

import type { ReplayShown } from '@podpipe/operations/replay/replays.ts'
import type { About } from '../../api/about.ts'
import { useAsked } from '../asking.ts'
import { Allowed } from '../pieces/allowed.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { ReplayForm } from '../pieces/replay-form.tsx'
import { ReplayList } from '../pieces/replay-list.tsx'
import type { ScreenProps } from './screens.ts'

const watchedMs = 1_000

export function Replay({ place: { settings } }: ScreenProps) {
  const about = useAsked<About>('about').answer
  const first = useAsked<readonly ReplayShown[]>('replays', watchedMs)
  const { answer, refused, again } = first
  return (
    <>
      <Allowed right="operator" otherwise={<p class="soft">Operators and admins can begin a replay here.</p>}>
        <ReplayForm
          kinds={about?.kinds ?? []}
          outputs={about?.outputs ?? []}
          settings={settings}
          onBegun={again}
        />
      </Allowed>
      <h2>Replays</h2>
      <RefusalNotice refused={refused} />
      {answer === undefined && refused === undefined && <p class="empty">Asking Kafka …</p>}
      {answer?.length === 0 && (
        <p class="empty">
          There is no replay in Kafka. What one has done is kept there for a week after its last event.
        </p>
      )}
      <ReplayList replays={answer ?? []} onChanged={again} />
    </>
  )
}
