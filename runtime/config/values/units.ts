// Durations and sizes as people write them: `1h`, `250 ms`, `16MiB`. Pure.

const milliseconds: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const bytes: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/**
 * Milliseconds of a duration; undefined if it is none.
 * A number without a unit is none either: some would mean seconds and some milliseconds.
 */
export function parseDuration(value: unknown): number | undefined {
  return typeof value === 'string' ? measure(value, milliseconds) : undefined
}

/** A duration as a file would have it, in the largest unit that leaves no fraction; 0 is `0ms`. */
export function durationText(duration: number): string {
  const fitting = Object.entries(milliseconds).filter(([, unit]) => duration >= unit && duration % unit === 0)
  const [name, unit] = fitting.at(-1) ?? ['ms', 1]
  return `${duration / unit}${name}`
}

/** Bytes of a size; a bare whole number is bytes. Undefined if it is no size. */
export function parseSize(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? whole(value) : undefined
  if (typeof value !== 'string') return undefined
  return /^\d+$/.test(value) ? whole(Number(value)) : measure(value, bytes)
}

function measure(text: string, units: Record<string, number>): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text.trim()) ?? []
  if (amount === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined
  return whole(Number(amount) * (units[unit] ?? Number.NaN))
}

const whole = (value: number): number | undefined => (Number.isSafeInteger(value) ? value : undefined)
