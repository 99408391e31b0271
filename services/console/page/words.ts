// Numbers and times as a person reads them. Pure.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

export const count = (value: number): string => whole.format(value)

/** A rate a second; small ones keep a digit behind the point. */
export const rate = (value: number | null): string =>
  value === null ? '–' : (value > 0 && value < 10 ? fine : whole).format(value)

const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

/** A moment of today by the clock of the person, with its zone. */
export const clockTime = (at: string): string => time.format(new Date(at))
