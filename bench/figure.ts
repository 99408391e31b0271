// A figure: one thing that was measured, beside a peer where there is one, against an aim where there is one.
// Every benchmark of the project tells its results in this form. Pure.

/** What we want: of our own value, or of its ratio to the peer's. */
export interface Aim {
  readonly bound: 'at most' | 'at least'
  readonly value: number
  /** Default `ours`. */
  readonly of?: 'ours' | 'ratio'
}

/** The least and the most that several rounds gave. */
export type Range = readonly [least: number, most: number]

/** What a benchmark hands in. */
export interface Measurement {
  /** What was measured, in a few words; unique within a benchmark. */
  readonly what: string
  readonly unit: string
  readonly ours: number
  /** Where `ours` is the median of several rounds. */
  readonly range?: Range | undefined
  /** The same thing measured on somebody else's program, in the same unit. */
  readonly peer?: { readonly name: string; readonly value: number; readonly range?: Range | undefined }
  readonly aim?: Aim
}

/** What is printed. The field names are those of the JSON. */
export interface Figure {
  readonly what: string
  readonly unit: string
  readonly ours: number
  readonly range: Range | null
  readonly peer: number | null
  readonly peer_range: Range | null
  readonly peer_name: string | null
  /** ours / peer */
  readonly ratio: number | null
  /** Such as `<= 20`, or `>= 1.5x` for an aim of the ratio. */
  readonly aim: string | null
  /** Null where there is no aim, or none that can be judged. */
  readonly met: boolean | null
}

/** Works out ratio and verdict. An aim of the ratio without a peer cannot be judged. */
export function figure({ what, unit, ours, range, peer, aim }: Measurement): Figure {
  const ratio = peer === undefined || peer.value === 0 ? null : ours / peer.value
  return {
    what,
    unit,
    ours: rounded(ours),
    range: roundedRange(range),
    peer: peer === undefined ? null : rounded(peer.value),
    peer_range: roundedRange(peer?.range),
    peer_name: peer?.name ?? null,
    ratio: ratio === null ? null : rounded(ratio),
    aim: aim === undefined ? null : textOf(aim),
    // Judged before rounding, so that a value just beyond the aim is not rounded into it.
    met: aim === undefined ? null : isMet(aim, aim.of === 'ratio' ? ratio : ours),
  }
}

function isMet({ bound, value }: Aim, measured: number | null): boolean | null {
  if (measured === null) return null
  return bound === 'at most' ? measured <= value : measured >= value
}

function textOf({ bound, value, of }: Aim): string {
  return `${bound === 'at most' ? '<=' : '>='} ${value}${of === 'ratio' ? 'x' : ''}`
}

/** Three decimals are more than any measurement here is worth. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000

const roundedRange = (range: Range | undefined): Range | null =>
  range === undefined ? null : [rounded(range[0]), rounded(range[1])]
