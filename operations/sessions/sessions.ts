// The streams of all replicas of ingest as one list, each once: by whoever runs it. Pure.

import type { SessionStatus, SessionsStatus, SessionWord } from '@podpipe/ingest/diary/status.ts'
import type { Answer } from '../status/ask.ts'

/** One stream, and which process runs it. */
export interface Session extends Omit<SessionStatus, 'state'> {
  /** `unassigned`: no process that answers runs it. */
  readonly state: Exclude<SessionWord, 'standby'> | 'unassigned'
  /** host:pid; absent for an unassigned one. */
  readonly replica?: string
}

// Two replicas may both tell of one for a moment, while it moves.
const best: readonly SessionWord[] = ['live', 'archive', 'opening', 'backing_off', 'standby']

/** The streams that the answers tell of, in the order of their names. */
export function sessionsIn(answers: readonly Answer[]): Session[] {
  const found = new Map<string, { status: SessionStatus; replica: string }>()
  for (const { status } of answers) {
    const told = status?.parts.sessions
    if (told === undefined || !isSessions(told)) continue
    for (const each of told.sessions) {
      const known = found.get(each.name)
      if (known === undefined || best.indexOf(each.state) < best.indexOf(known.status.state)) {
        found.set(each.name, { status: each, replica: told.replica })
      }
    }
  }
  return [...found.values()]
    .map(
      ({ status: { state, ...rest }, replica }): Session =>
        state === 'standby' ? { ...rest, state: 'unassigned' } : { ...rest, state, replica },
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** How many processes of ingest answer. */
export const replicasIn = (answers: readonly Answer[]): number =>
  answers.filter(({ status }) => status?.service === 'ingest').length

const isSessions = (part: object): part is SessionsStatus =>
  'sessions' in part && Array.isArray(part.sessions)
