// Replays and redrives that run in this console: when one ends, that is noted too, with who began it and who stopped it.

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { RedriveShown } from '@podpipe/operations/rejected/redriving.ts'
import type { ReplayEnd } from '@podpipe/operations/replay/replays.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { FastifyRequest } from 'fastify'
import type { Actions } from '../access/actions.ts'
import { beatMs, type OpenRun, type Over, overs } from './runs.ts'

type Kind = OpenRun['kind']

/** A run that a person is about to begin. */
export interface Followed<End> {
  /** Goes into the entry of its beginning. */
  readonly run: string
  /** To be called when it ends, which may be before `begun`. */
  readonly onEnd: (end: End) => void
  /** Its beginning is noted; `name` is what the end is noted of. */
  begun(name: string): void
}

export interface Ends {
  replay(request: FastifyRequest): Followed<ReplayEnd>
  /** @param sent how many it has sent by now */
  redrive(request: FastifyRequest, sent: () => number): Followed<RedriveShown>
  /** Somebody stops one; the name of a redrive is of no account, since there is one at a time. */
  stopping(kind: Kind, name: string, who: string | undefined): void
  /** Whether a run is, or was, one of this process. */
  isHere(run: string): boolean
  /** Notes the end of a run, also of one of another console. */
  note(run: Pick<OpenRun, 'kind' | 'run' | 'name' | 'who'>, over: Over): void
}

/** What the signs of redrives are about, in the topic of history. */
export const redriveSubject = 'redrive'

/**
 * @param actions takes the entries of ends
 * @param keep takes the signs that a redrive runs
 */
export function createEnds(actions: Actions, keep: (entry: HistoryEntry) => void): Ends {
  // Also those that have ended: their end is in the topic some seconds later only.
  const here = new Set<string>()
  const stoppers = new Map<string, string>()
  const self = `${hostname()}:${process.pid}`

  const note: Ends['note'] = ({ kind, run, name, who }, { result, words }) =>
    actions.note(
      { person: undefined, ip: self },
      { what: overs[kind], subject: name, result, words: { run, ...words } },
      who,
    )

  function follow<End>(
    kind: Kind,
    { person }: FastifyRequest,
    overOf: (end: End, stoppedBy: string) => Over,
    beat: (run: string) => void = () => undefined,
  ): Followed<End> {
    const run = randomBytes(4).toString('hex')
    const ended = Promise.withResolvers<End>()
    return {
      run,
      onEnd: ended.resolve,
      begun(name) {
        here.add(run)
        beat(run)
        const beating = setInterval(beat, beatMs, run)
        beating.unref()
        const place = placeOf(kind, name)
        // A stop before this one began was of another one.
        stoppers.delete(place)
        void ended.promise.then(end => {
          clearInterval(beating)
          const stoppedBy = stoppers.get(place) ?? 'the console, which ended'
          note({ kind, run, name, who: person?.name ?? '' }, overOf(end, stoppedBy))
          stoppers.delete(place)
        })
      },
    }
  }

  return {
    replay: request => follow('replay', request, overOfReplay),
    redrive: (request, sent) =>
      follow('redrive', request, overOfRedrive, run =>
        keep({
          ...{ at: Date.now(), kind: 'sample', subject: redriveSubject, what: 'beat', who: self },
          ...{ numbers: { sent: sent() }, words: { run } },
        }),
      ),
    stopping(kind, name, who = '') {
      stoppers.set(placeOf(kind, name), who)
    },
    isHere: run => here.has(run),
    note,
  }
}

/** Whose stop it is: there is one redrive at a time, and one replay of a name. */
const placeOf = (kind: Kind, name: string): string => (kind === 'redrive' ? kind : `${kind}/${name}`)

function overOfReplay({ account, failure }: ReplayEnd, stoppedBy: string): Over {
  const refused = Object.values(account?.refused ?? {}).reduce((sum, each) => sum + each, 0)
  const words = account && {
    sent: String(account.sent),
    confirmed: String(account.confirmed),
    ...(refused > 0 && { refused: String(refused) }),
  }
  if (failure !== undefined) return { result: 'failed', words: { ...words, why: failure } }
  if (account?.finished === true) return { result: 'done', words: { ...words } }
  return { result: 'stopped', words: { ...words, stopped_by: stoppedBy } }
}

function overOfRedrive({ state, failure, account }: RedriveShown, stoppedBy: string): Over {
  const words = { sent: String(account.redriven), left_out: String(account.found - account.redriven) }
  if (state === 'failed') return { result: 'failed', words: { ...words, why: failure ?? '' } }
  return state === 'done'
    ? { result: 'done', words }
    : { result: 'stopped', words: { ...words, stopped_by: stoppedBy } }
}
