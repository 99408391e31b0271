// Which replay is meant: a new one, or one that Kafka knows and that has something left.

import { isDone } from '@podpipe/forwarder/replay/share.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { adviceOn } from '../advice.ts'
import { AskedError } from '../asked-error.ts'
import { shownTime } from '../times.ts'
import type { StoredReplay } from './memo.ts'
import { isAskedAlike, isSame, type ReplayPlan } from './plan.ts'
import { findReplay, isRunning, listReplays } from './stored.ts'

/** A replay to be begun, or to be gone on with. */
export interface Job {
  readonly name: string
  readonly plan: ReplayPlan
  readonly stored: StoredReplay | undefined
}

/** @throws ConfigurationError when there is none of this name, or nothing is left of it */
export async function jobNamed(client: KafkaClient, prefix: string, name: string): Promise<Job> {
  const stored = await findReplay(client, prefix, name)
  if (stored === undefined) {
    const names = (await listReplays(client, prefix)).map(each => each.name)
    throw new AskedError(
      `--resume ${name}: Kafka knows no such replay, or no longer.`,
      names.length === 0
        ? {
            command: 'There is none at all; begin one with --output, --from and --to.',
            page: 'There is none at all; begin one with an output and a range.',
          }
        : { command: `${adviceOn(name, names)}.`, page: `${adviceOn(name, names)}.` },
    )
  }
  requireRest(stored)
  return { name, plan: stored.plan, stored }
}

/** @throws ConfigurationError when what is asked for is done, or stands in the way of another replay */
export async function jobFor(
  client: KafkaClient,
  prefix: string,
  { name, plan }: { readonly name: string; readonly plan: ReplayPlan },
): Promise<Job> {
  const stored = await findReplay(client, prefix, name)
  if (stored !== undefined) {
    if (!isSame(plan, stored.plan)) {
      throw new AskedError(
        `Replay ${name} is there already and sends something else: ${stored.plan.services.join(', ')} from ${shownTime(stored.plan.from)} to ${shownTime(stored.plan.to)} to ${stored.plan.output}.`,
        {
          command: `Give this one another --name, or forget that one with podpipe replay forget ${name}.`,
          page: 'Give this one another name.',
        },
      )
    }
    requireRest(stored)
    return { name, plan, stored }
  }
  if (plan.relative !== undefined) {
    // A moment later the same words mean another range: without a look, what is half sent would be sent from its start.
    const alike = (await listReplays(client, prefix)).find(
      ({ plan: other, run, shares }) =>
        isAskedAlike(other, plan) && !run.isOver && (run.isOpen || !isDone(shares)),
    )
    if (alike !== undefined) {
      throw new AskedError(
        `The same was asked for at ${shownTime(alike.run.begun)} and is not finished: replay ${alike.name}, from ${shownTime(alike.plan.from)} to ${shownTime(alike.plan.to)} as it was then.`,
        {
          command: `Go on with it by podpipe replay --resume ${alike.name}, or forget it with podpipe replay forget ${alike.name} to begin anew.`,
          page: 'Resume it, or end it to begin anew.',
        },
      )
    }
  }
  return { name, plan, stored: undefined }
}

/** @throws AskedError when nothing is left of it, or a person has ended it */
export function requireRest({ name, run, shares }: StoredReplay): void {
  if (run.isOver) {
    throw new AskedError(`Replay ${name} was ended for good by a person, and is not taken up again.`, {
      command: `To send what it left, forget it first with podpipe replay forget ${name}, or give another --name.`,
      page: 'To send what it left, begin one with another name.',
    })
  }
  if (run.isOpen || !isDone(shares)) return
  throw new AskedError(`Replay ${name} is finished; nothing is left of it.`, {
    command: `To send its events once more, give another --name, or forget it first with podpipe replay forget ${name}.`,
    page: 'To send its events once more, give another name.',
  })
}

/** @throws ConfigurationError when a process works on it already; four seconds are waited for a sign of life */
export async function requireAlone(client: KafkaClient, prefix: string, stored: StoredReplay): Promise<void> {
  if (!(await isRunning(client, prefix, stored))) return
  throw new ConfigurationError(
    `Replay ${stored.name} runs in another process just now. Let it end, or stop it there first.`,
  )
}
