// Bytes for a person.

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte

export const size = (bytes: number): string =>
  bytes >= gibibyte ? `${(bytes / gibibyte).toFixed(1)} GiB` : `${Math.round(bytes / mebibyte)} MiB`
