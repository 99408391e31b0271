// Where a person is, as the address of the page says it: a link shows what one saw. Pure.

/** A screen, and how it is set: `#/events?service=message`. */
export interface Place {
  readonly screen: string
  readonly settings: Readonly<Record<string, string>>
}

export const firstScreen = 'flow'

/** @param hash with or without its `#`; anything that names no screen is the first one */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const screen = /^[a-z][a-z-]*$/.exec(path)?.[0] ?? firstScreen
  return { screen, settings: Object.fromEntries(new URLSearchParams(query)) }
}

/** Settings that are empty are left out. */
export function hashOf({ screen, settings }: Place): string {
  const given = Object.entries(settings).filter(([, value]) => value !== '')
  const query = new URLSearchParams(given).toString()
  return `#/${screen}${query === '' ? '' : `?${query}`}`
}
