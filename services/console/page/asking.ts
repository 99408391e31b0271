// What a screen has asked the console for, and whether the answer is there.

import { useCallback, useContext, useEffect, useState } from 'preact/hooks'
import { ask, passes, Refused } from './api.ts'
import { AwayNow } from './live.ts'

/** A question that could not be answered for the moment is asked again so soon. */
export const retryMs = 1_000

export interface Asked<Answer> {
  /** The last one that came, also while the next one is under way. */
  readonly answer: Answer | undefined
  /** Why there is none, or no newer one. */
  readonly refused: Refused | undefined
  readonly isAsking: boolean
  again(): void
}

/**
 * Asks, and asks anew when the path changes. A page that nobody sees asks for nothing.
 * @param path below `api/v1/`; undefined asks nothing
 * @param everyMs asks again so long after each answer; undefined does not
 */
export function useAsked<Answer>(path: string | undefined, everyMs?: number): Asked<Answer> {
  const [state, setState] = useState<{ path: string | undefined; answer?: Answer; refused?: Refused }>({
    path,
  })
  const [isAsking, setIsAsking] = useState(path !== undefined)
  const [turn, setTurn] = useState(0)
  const away = useContext(AwayNow)

  // Asked anew as well when somebody is away or back: an answer that waited for Kafka may take long to notice.
  useEffect(() => {
    if (path === undefined) return
    const leaving = new AbortController()
    setIsAsking(true)
    ask<Answer>(path, { signal: leaving.signal })
      .then(answer => setState({ path, answer }))
      .catch(error => {
        if (leaving.signal.aborted) return
        setState(before => ({ ...(before.path === path ? before : { path }), refused: refusedBy(error) }))
      })
      .finally(() => {
        if (!leaving.signal.aborted) setIsAsking(false)
      })
    return () => leaving.abort()
  }, [path, turn, away.console, away.kafka])

  // An answer to another question is none to this one.
  const isThis = state.path === path
  const waitMs = isThis && passes(state.refused) ? Math.min(retryMs, everyMs ?? retryMs) : everyMs
  const again = useCallback(() => setTurn(before => before + 1), [])
  useEffect(() => {
    if (waitMs === undefined || isAsking) return
    const timer = setInterval(() => {
      if (!document.hidden) again()
    }, waitMs)
    return () => clearInterval(timer)
  }, [waitMs, isAsking, again])

  return {
    answer: isThis ? state.answer : undefined,
    refused: isThis ? state.refused : undefined,
    isAsking,
    again,
  }
}

/** A fault of the page itself is told as well. */
export const refusedBy = (error: unknown): Refused =>
  error instanceof Refused
    ? error
    : new Refused(0, {
        what: 'The page failed at this',
        where: location.hash,
        why: error instanceof Error ? error.message : String(error),
        fix: 'Reload the page; if it stays, report it.',
      })

/** A path with what is asked for; what is empty is left out. */
export function pathOf(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}
