// What the console does for people and not only shows: it goes on while nobody looks, and ends with the console in order.

import { createRedrives, type Redrives } from '@podpipe/operations/rejected/redriving.ts'
import { createReplays, type Replays } from '@podpipe/operations/replay/replays.ts'
import type { Context } from '@podpipe/runtime/service.ts'

export interface Work {
  readonly replays: Replays
  readonly redrives: Redrives
  /** Resolves when nothing of it runs any more. */
  ended(): Promise<void>
}

export function createWork({ client, topics, live, stop }: Context): Work {
  const config = (): Context['config'] => live.current
  const replays = createReplays({ client, config, stop })
  const redrives = createRedrives({ client, topics, config, stop: stop.signal })
  return {
    replays,
    redrives,
    async ended() {
      await Promise.all([replays.ended(), redrives.ended()])
    },
  }
}
