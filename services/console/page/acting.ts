// Something that a person has done, one at a time, and what the console said to it.

import { useState } from 'preact/hooks'
import type { Refused } from './api.ts'
import { refusedBy } from './asking.ts'

export interface Acting {
  readonly isActing: boolean
  readonly refused: Refused | undefined
  /** Resolves with whether it went well. */
  act(work: () => Promise<void>): Promise<boolean>
  /** Takes away what was said. */
  clear(): void
}

export function useActing(): Acting {
  const [isActing, setIsActing] = useState(false)
  const [refused, setRefused] = useState<Refused>()
  return {
    isActing,
    refused,
    async act(work) {
      setIsActing(true)
      setRefused(undefined)
      try {
        await work()
        return true
      } catch (error) {
        setRefused(refusedBy(error))
        return false
      } finally {
        setIsActing(false)
      }
    },
    clear: () => setRefused(undefined),
  }
}
