// A replay as it is kept in Kafka: the offset of each of its partitions, with a word beside it. The first one's word
// has what the replay is as well. Pure.

import type { Refused, Share } from '@podpipe/forwarder/replay/share.ts'
import type { StandaloneOffset } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { AskedError } from '../asked-error.ts'
import type { ReplayPlan } from './plan.ts'

/** A run of a replay: the work of one process on it. */
export interface RunNote {
  /** Another one in each run, so that a process finds out when another one has taken the replay over. */
  readonly id: string
  /** Grows with each note: while it grows somebody works. */
  readonly beat: number
  /** Nobody has noted an ordered end. */
  readonly isOpen: boolean
  /** When the first run began, in milliseconds since 1970. */
  readonly begun: number
  /** Events that the peer may have twice, by all runs so far. */
  readonly doubled: number
  /** So many more if this run has died. */
  readonly atStake: number
  /** Events a second at most, as this run was asked for; left out where it had no limit. */
  readonly rate?: number
  /** A person has ended the replay for good: it is kept as history and not taken up again. */
  readonly isOver?: true
}

export interface StoredReplay {
  readonly name: string
  readonly plan: ReplayPlan
  readonly run: RunNote
  readonly shares: readonly Share[]
}

interface ShareNote {
  readonly start: number
  readonly end: number
  readonly confirmed: number
  readonly refused: Refused
}

interface FirstNote extends ShareNote {
  readonly podpipe_replay: 1
  readonly plan: ReplayPlan
  readonly run: RunNote
}

/** Kafka's own limit is 4,096 characters. */
const longest = 4_000

/**
 * A replay as offsets to be stored together.
 * @throws ConfigurationError when it does not fit: too many ids
 */
export function encodeReplay({ plan, run, shares }: StoredReplay): StandaloneOffset[] {
  return shares.map(({ topic, partition, offset, start, end, confirmed, refused }, at) => {
    const note: ShareNote = { start, end, confirmed, refused }
    const first: FirstNote = { podpipe_replay: 1, plan, run, ...note }
    const metadata = JSON.stringify(at === 0 ? first : note)
    if (Buffer.byteLength(metadata) > longest) {
      const what = `--match: ${plan.ids.length} ids are too many for one replay, whose progress Kafka keeps beside at most ${longest} bytes.`
      throw new AskedError(what, {
        command: 'Make several replays of them, each with another --name.',
        page: 'Make several replays of them, each with another name.',
      })
    }
    return { topic, partition, offset, metadata }
  })
}

/** The replay in some offsets; undefined if they are not those of one. */
export function decodeReplay(name: string, offsets: readonly StandaloneOffset[]): StoredReplay | undefined {
  const notes = offsets.map(({ topic, partition, offset, metadata }) => ({
    topic,
    partition,
    offset,
    note: parsed(metadata),
  }))
  const first = notes.map(({ note }) => note).find(isFirst)
  if (first === undefined) return undefined
  const shares = notes.flatMap(({ topic, partition, offset, note }) => {
    if (note === undefined) return []
    const { start, end, confirmed, refused } = note
    return [{ topic, partition, offset, start, end, confirmed, refused: { ...refused } }]
  })
  return { name, plan: first.plan, run: first.run, shares }
}

const isFirst = (note: ShareNote | FirstNote | undefined): note is FirstNote =>
  note !== undefined && 'podpipe_replay' in note && note.podpipe_replay === 1

/** Whoever else stores offsets under such a name writes no word, or another one. */
function parsed(metadata: string): ShareNote | FirstNote | undefined {
  try {
    const note: unknown = JSON.parse(metadata)
    const isNote = typeof note === 'object' && note !== null && 'confirmed' in note && 'end' in note
    return isNote ? (note as ShareNote | FirstNote) : undefined
  } catch {
    return undefined
  }
}
