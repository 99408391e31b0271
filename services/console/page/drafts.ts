// What was written and not saved. It stays while the page is open, in memory only: it may hold an API key. Each person has
// drafts of its own, since one may sign in where another has signed out.

import { useContext } from 'preact/hooks'
import { Known } from './who.ts'

export interface Draft {
  readonly text: string
  /** The revision that it was written on. */
  readonly seen: number
}

export interface Drafts {
  /** @param name of the collector; empty for a new one */
  of(name: string): Draft | undefined
  /** Keeps what was written, or forgets it. */
  keep(name: string, draft: Draft | undefined): void
}

const drafts = new Map<string, Draft>()

export function useDrafts(): Drafts {
  const person = useContext(Known)?.name ?? ''
  const keyOf = (name: string): string => `${person}/${name}`
  return {
    of: name => drafts.get(keyOf(name)),
    keep(name, draft) {
      if (draft === undefined) drafts.delete(keyOf(name))
      else drafts.set(keyOf(name), draft)
    },
  }
}

/** The browser asks before a page with unsaved changes is left. */
addEventListener('beforeunload', event => {
  if (drafts.size > 0) event.preventDefault()
})
