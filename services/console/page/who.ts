// Who the person is to the console, and what it may do.

import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useState } from 'preact/hooks'
import { may, type Right } from '../access/rights.ts'
import type { WhoAmI } from '../api/access-schema.ts'
import { ask, Refused, strangerEvent } from './api.ts'

export interface Who {
  /** Undefined until the console has answered. */
  readonly known: WhoAmI | undefined
  /** Why the console lets this one not in, whatever it does. */
  readonly refused: Refused | undefined
  /** Asks again. */
  refresh(): void
  /** The console has said it already. */
  become(known: WhoAmI): void
}

const retryMs = 1_000

/** Asks the console who this is: at the beginning, and whenever it does not know. */
export function useWho(): Who {
  const [known, become] = useState<WhoAmI>()
  const [refused, setRefused] = useState<Refused>()
  const refresh = useCallback(() => {
    ask<WhoAmI>('access').then(
      answer => {
        setRefused(undefined)
        become(answer)
      },
      error => {
        // Without an answer it is the connection, which the page tells by itself.
        if (error instanceof Refused && error.status === 403) setRefused(error)
        else setTimeout(refresh, retryMs)
      },
    )
  }, [])
  useEffect(() => {
    refresh()
    addEventListener(strangerEvent, refresh)
    return () => removeEventListener(strangerEvent, refresh)
  }, [refresh])
  return { known, refused, refresh, become }
}

export const Known = createContext<WhoAmI | undefined>(undefined)

/** Whether the person may do something; what it may not is not offered. The console refuses it in any case. */
export function useMay(): (right: Right) => boolean {
  const known = useContext(Known)
  const role = known?.role ?? null
  return right => may(role === null ? undefined : { role, seesContent: known?.sees_content ?? false }, right)
}

const tellMs = 60_000

/** Tells the console, now and then, that somebody is there: a session ends when nobody is. */
export function useStay(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return
    let toldAt = performance.now()
    const tell = (): void => {
      if (performance.now() - toldAt < tellMs) return
      toldAt = performance.now()
      ask('access', { method: 'PUT' }).catch(() => undefined)
    }
    const signs = ['pointerdown', 'keydown'] as const
    for (const sign of signs) addEventListener(sign, tell)
    return () => {
      for (const sign of signs) removeEventListener(sign, tell)
    }
  }, [isWanted])
}
