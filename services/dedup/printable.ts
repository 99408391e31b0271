// What comes from an event, in a message.

/** Ids are foreign text: cut, and without anything a terminal would obey. */
export const printable = (value: string | number | null): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : String(value)
