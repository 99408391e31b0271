// How the disk of the embedded broker stands, by the room on it and by how fast that goes. Kafka ends when it is full, and
// says so only in its own log. Pure, but for what a judge remembers.

import type { Trouble } from '../readiness.ts'

/** Bytes of the file system on which a folder lies. */
export interface Room {
  /** Those that this user may still write. */
  readonly free: number
  readonly size: number
}

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte

/** Kafka makes its next segment and index files from this; a snapshot of its own state needs some as well. Bytes. */
const fullBelow = 64 * mebibyte
/** A disk that was full is not any more with this. Bytes. */
export const enoughToStart = 96 * mebibyte
/** A tenth of a disk, or what a busy day takes. deploy/prometheus/alerts.yml has the same bounds. */
const scarceBelow = ({ size }: Room): number => Math.min(10 * gibibyte, size / 10)

// Milliseconds. A rate is taken from the last ten minutes, and from no less than five: what a start or a burst takes says nothing.
const remembered = 600_000
const spoken = 300_000
const between = 10_000
const anHour = 3_600_000

/**
 * Judges one disk, look by look.
 * Kafka writes until a segment is full and deletes whole ones, so the room goes up and down: what was scarce is well again only when
 * there is a tenth more than the bound, and what would have been full within an hour when it would last for two.
 * @returns what is not well after each look; `now` is in milliseconds on any clock that only goes forward
 */
export function createDiskJudge(directory: string): (room: Room, now: number) => Trouble | undefined {
  const looks: { readonly at: number; readonly free: number }[] = []
  let isFull = false
  let isScarce = false
  let isGoing = false
  return (room, now) => {
    const { free } = room
    const last = looks.at(-1)
    if (last === undefined || now - last.at >= between) looks.push({ at: now, free })
    while (looks[0] !== undefined && now - looks[0].at > remembered) looks.shift()
    const left = timeLeft(looks[0], { at: now, free })
    isFull = free < (isFull ? enoughToStart : fullBelow)
    isScarce = free < scarceBelow(room) * (isScarce ? 1.1 : 1)
    isGoing = left < (isGoing ? 2 : 1) * anHour
    if (isFull) return troubleOf('full', textOf(directory, room))
    if (!isScarce && !isGoing) return undefined
    const until = isGoing
      ? `; as fast as in the last minutes it is full in ${Math.ceil(left / 60_000)} min`
      : ''
    return troubleOf('nearly full', `${textOf(directory, room)}${until}`)
  }
}

/** Milliseconds until the disk is full; without end where that is not in sight. */
function timeLeft(
  first: { readonly at: number; readonly free: number } | undefined,
  { at, free }: { readonly at: number; readonly free: number },
): number {
  if (first === undefined || at - first.at < spoken || free >= first.free) return Number.POSITIVE_INFINITY
  return Math.max(0, free - fullBelow) / ((first.free - free) / (at - first.at))
}

/** In whole units, downwards: what is not there is not shown. */
function textOf(directory: string, { free, size }: Room): string {
  const [unit, name] = size >= 100 * gibibyte ? [gibibyte, 'GiB'] : [mebibyte, 'MiB']
  return `${Math.floor(free / unit)} of ${Math.floor(size / unit)} ${name} are free in ${directory}`
}

function troubleOf(how: 'full' | 'nearly full', cause: string): Trouble {
  const action =
    'Make room there, or give the state directory a larger disk; Kafka is started again by itself.'
  if (how === 'full') {
    return {
      symptom: 'the disk of Kafka is full',
      impact:
        'Kafka ends, and nothing flows. Proofpoint keeps an hour of events for ingest; what Kafka has is safe.',
      cause,
      action,
    }
  }
  return {
    symptom: 'the disk of Kafka is nearly full',
    impact: 'None yet. When it is full Kafka ends, and nothing flows.',
    cause,
    action,
    isWarning: true,
  }
}
