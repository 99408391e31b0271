// The pages of events that a person has gone through, as one list that grows at both ends.

import type { EventListed } from '@podpipe/operations/events/listed.ts'
import type { EventsPage } from '@podpipe/operations/events/newest.ts'
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks'
import { ask, passes, type Refused } from './api.ts'
import { pathOf, refusedBy, retryMs } from './asking.ts'
import { AwayNow } from './live.ts'

export interface Filter {
  readonly stage: string
  readonly service: string
  readonly from: string
  readonly to: string
  readonly id: string
  readonly text: string
}

export interface EventPages {
  readonly events: readonly EventListed[]
  readonly refused: Refused | undefined
  readonly isAsking: boolean
  /** The last look ended before it had enough. */
  readonly isCut: boolean
  readonly older: string | null
  readonly looked: EventsPage['looked']
  /** Asks for older ones. */
  goOn(): void
  /** Begins anew. */
  again(): void
}

interface Held {
  readonly events: readonly EventListed[]
  readonly older: string | null
  readonly newer: string | undefined
  readonly isCut: boolean
  readonly looked: EventsPage['looked']
}

const nothing: Held = {
  events: [],
  older: null,
  newer: undefined,
  isCut: false,
  looked: { records: 0, bytes: 0 },
}
const followMs = 2_000
/** Rows that a browser draws without effort; who follows for long loses the oldest of them. */
const mostRows = 1_000

export function useEvents(filter: Filter, follows: boolean): EventPages {
  const { stage, service, from, to, id, text } = filter
  const path = useCallback(
    (more: { before?: string; since?: string }) =>
      pathOf('events', { stage, service, from, to, id, text, ...more }),
    [stage, service, from, to, id, text],
  )
  const [held, setHeld] = useState<Held>(nothing)
  const [refused, setRefused] = useState<Refused>()
  const [isAsking, setIsAsking] = useState(true)
  const [turn, setTurn] = useState(0)
  // What is asked for ends with the question that it belongs to.
  const leaving = useRef(new AbortController())
  const repeat = useRef(() => {})

  const fetchPage = useCallback(
    (more: { before?: string; since?: string }, take: (before: Held, page: EventsPage) => Held) => {
      const { signal } = leaving.current
      repeat.current = () => void fetchPage(more, take)
      setIsAsking(true)
      return ask<EventsPage>(path(more), { signal })
        .then(page => {
          if (signal.aborted) return
          setHeld(before => take(before, page))
          setRefused(undefined)
        })
        .catch(error => {
          if (!signal.aborted) setRefused(refusedBy(error))
        })
        .finally(() => {
          if (!signal.aborted) setIsAsking(false)
        })
    },
    [path],
  )

  useEffect(() => {
    leaving.current = new AbortController()
    setHeld(nothing)
    setRefused(undefined)
    void fetchPage({}, (_, page) => page)
    return () => leaving.current.abort()
  }, [fetchPage, turn])

  // An answer that waited for Kafka may take long to notice that it is back.
  const { kafka: isAway } = useContext(AwayNow)
  const wasAway = useRef(false)
  useEffect(() => {
    if (wasAway.current && !isAway && isAsking) {
      leaving.current.abort()
      leaving.current = new AbortController()
      repeat.current()
    }
    wasAway.current = isAway
  }, [isAway])

  useEffect(() => {
    if (isAsking || !passes(refused)) return
    const timer = setTimeout(() => repeat.current(), retryMs)
    return () => clearTimeout(timer)
  }, [isAsking, refused])

  useEffect(() => {
    if (!follows || isAsking || held.newer === undefined) return
    const since = held.newer
    const timer = setInterval(() => {
      if (!document.hidden) void fetchPage({ since }, withNewer)
    }, followMs)
    return () => clearInterval(timer)
  }, [follows, isAsking, held, fetchPage])

  return {
    ...held,
    refused,
    isAsking,
    goOn: () => {
      if (held.older !== null) void fetchPage({ before: held.older }, withOlder)
    },
    again: () => setTurn(before => before + 1),
  }
}

const withNewer = (before: Held, { events, newer }: EventsPage): Held => ({
  ...before,
  events: [...events, ...before.events].slice(0, mostRows),
  newer,
})

const withOlder = (before: Held, { events, older, isCut, looked }: EventsPage): Held => ({
  ...before,
  events: [...before.events, ...events].slice(-mostRows),
  older,
  isCut,
  looked,
})
