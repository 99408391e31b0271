// What was written and not saved. It stays while the page is open, in memory only: it may hold an API key.

const drafts = new Map<string, { readonly text: string; readonly seen: number }>()

/** @param name of the collector; empty for a new one */
export const draftOf = (name: string): { readonly text: string; readonly seen: number } | undefined =>
  drafts.get(name)

/** Keeps what was written, or forgets it. */
export function keepDraft(
  name: string,
  draft: { readonly text: string; readonly seen: number } | undefined,
): void {
  if (draft === undefined) drafts.delete(name)
  else drafts.set(name, draft)
}

export const hasDrafts = (): boolean => drafts.size > 0

/** The browser asks before a page with unsaved changes is left. */
addEventListener('beforeunload', event => {
  if (hasDrafts()) event.preventDefault()
})
