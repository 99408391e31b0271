// The place, as the browser's history keeps it; and a question before a place is left with something unsaved.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { hashOf, type Place, placeOf } from './place.ts'

/** Stands in the way of leaving; one at a time. */
interface Guard {
  /** Whether going there leaves what is guarded. */
  leaves(to: Place): boolean
  /** @param go goes there after all */
  ask(go: () => void): void
}

let guard: Guard | undefined
/** What the page shows: the address may be ahead of it for a moment. */
let shown = location.hash
/** Each step of the history bears its number, so that it can be taken back whichever way it led. */
let step = stepOf(history.state) ?? 0
history.replaceState({ step }, '')

/** Where the person is now; follows links and the buttons of the browser. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const follow = (): void => {
      if (arrive()) setPlace(placeOf(location.hash))
    }
    addEventListener('hashchange', follow)
    // An effect runs behind the first painting: who was quick has gone to another place meanwhile, and nobody listened.
    follow()
    return () => removeEventListener('hashchange', follow)
  }, [])
  return place
}

/** Changes settings of the place, without a further step in the history. */
export function settle(settings: Readonly<Record<string, string>>): void {
  const { screen, settings: before } = placeOf(location.hash)
  const to = hashOf({ screen, settings: { ...before, ...settings } })
  const go = (): void => {
    history.replaceState(history.state, '', to)
    shown = location.hash
    dispatchEvent(new HashChangeEvent('hashchange'))
  }
  if (guard?.leaves(placeOf(to))) guard.ask(go)
  else go()
}

/**
 * Asks before the person leaves: a link, a button of the page, Back and Forward.
 * @param leaves undefined while there is nothing to ask
 * @returns what goes on to where the person wanted to; undefined while nobody wants to leave
 */
export function useGuard(leaves: Guard['leaves'] | undefined): {
  readonly go: (() => void) | undefined
  stay(): void
  /** Asks no more: what was unsaved is saved, or let go. */
  release(): void
} {
  const [go, setGo] = useState<() => void>()
  const latest = useRef(leaves)
  latest.current = leaves
  const isWanted = leaves !== undefined
  // Not behind the next painting: who types and goes at once is asked as well.
  useLayoutEffect(() => {
    if (!isWanted) return undefined
    guard = { leaves: to => latest.current?.(to) ?? false, ask: next => setGo(() => next) }
    return release
  }, [isWanted])
  return { go, stay: () => setGo(undefined), release }
}

function release(): void {
  guard = undefined
}

/**
 * The address has changed. Where it must not yet, the step is taken back at once, so that address and page agree while the person
 * is asked; to go on is then the same step once more. Steps back and forth come one after the other, however quickly the answer does.
 * @returns whether the page goes there
 */
function arrive(): boolean {
  const at = stepOf(history.state) ?? step + 1
  history.replaceState({ step: at }, '')
  const by = at - step
  step = at
  if (location.hash !== shown && by !== 0 && guard?.leaves(placeOf(location.hash))) {
    history.go(-by)
    guard.ask(() => {
      release()
      history.go(by)
    })
    return false
  }
  shown = location.hash
  return true
}

function stepOf(state: unknown): number | undefined {
  return typeof state === 'object' && state !== null && 'step' in state && typeof state.step === 'number'
    ? state.step
    : undefined
}
