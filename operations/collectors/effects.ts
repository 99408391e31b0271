// What a change of collectors does to the sessions, said before it is done: by the rule by which ingest does it. Pure.

import { changesBetween, sessionBasis } from '@podpipe/runtime/config/changes.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { sessionKeyOf } from '@podpipe/schemas/names.ts'

/** What happens to one session. */
export interface SessionEffect {
  /** cluster/service */
  readonly session: string
  readonly what: 'starts' | 'restarts' | 'stops'
}

/** What a change takes. */
export interface Effects {
  readonly sessions: readonly SessionEffect[]
  /** Keys that count from now on without any session being touched, such as an API key or a tag. */
  readonly live: readonly string[]
  /** How many sessions go on as they are. */
  readonly undisturbed: number
}

/** From one configuration to the next. */
export function effectsOf(before: PodpipeConfig, after: PodpipeConfig): Effects {
  const [old, now] = [sessionsOf(before), sessionsOf(after)]
  const sessions = [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((session): SessionEffect[] => {
    if (!old.has(session)) return [{ session, what: 'starts' }]
    if (!now.has(session)) return [{ session, what: 'stops' }]
    return old.get(session) === now.get(session) ? [] : [{ session, what: 'restarts' }]
  })
  const live = changesBetween(before, after)
    .filter(({ effect }) => effect === 'live')
    .map(({ key }) => key)
  const undisturbed = [...now].filter(([session, basis]) => old.get(session) === basis).length
  return { sessions, live, undisturbed }
}

function sessionsOf({ inputs }: PodpipeConfig): Map<string, string> {
  return new Map(
    inputs
      .filter(({ enabled }) => enabled)
      .flatMap(input =>
        input.services.map(service => [
          sessionKeyOf(input.cluster, service.service),
          sessionBasis(input, service),
        ]),
      ),
  )
}
