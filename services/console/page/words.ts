// Numbers and times as a person reads them. Pure.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

export const count = (value: number): string => whole.format(value)

/** One thing or several of it: `1 event`, `2 events`. */
export const counted = (value: number, thing: string): string =>
  `${count(value)} ${thing}${value === 1 ? '' : 's'}`

/** A rate a second; small ones keep a digit behind the point. A dash while it is not known. */
export const rate = (value: number | null): string =>
  value === null ? '–' : (value > 0 && value < 10 ? fine : whole).format(value)

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function bytes(value: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)))
  return `${(power === 0 ? whole : fine).format(value / 1024 ** power)} ${units[power]}`
}

const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
const dayMs = 86_400_000

/** A moment by the clock of the person, with its zone; with its day when that is another one. */
export function clockTime(at: string | number, now: number = Date.now()): string {
  const moment = new Date(at)
  const isNear = Math.abs(now - moment.getTime()) < dayMs && moment.getDate() === new Date(now).getDate()
  return (isNear ? time : dayAndTime).format(moment)
}

/** A moment in UTC, to the millisecond where it matters: `2024-05-22 12:00:00.123`. */
export const utc = (at: string | number): string => {
  const text = new Date(at).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 23).replace('.000', '')}`
}
