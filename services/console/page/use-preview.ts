// What the console says to a change before it is made: asked a moment after the last key was pressed.

import { useEffect, useState } from 'preact/hooks'
import type { ChangeBody, PreviewAnswer } from '../api/collectors-schema.ts'
import { ask, passes, type Refused } from './api.ts'
import { refusedBy, retryMs } from './asking.ts'

const waitMs = 350

export interface Preview {
  /** Of the very change that was asked for; undefined while it is not there. */
  readonly preview: PreviewAnswer | undefined
  readonly refused: Refused | undefined
}

/** @param change undefined asks nothing */
export function usePreview(change: ChangeBody | undefined): Preview {
  const key = change === undefined ? undefined : JSON.stringify(change)
  const [known, setKnown] = useState<Preview & { readonly key?: string | undefined }>({
    preview: undefined,
    refused: undefined,
  })
  useEffect(() => {
    if (key === undefined) return
    const leaving = new AbortController()
    const { signal } = leaving
    const look = async (): Promise<void> => {
      try {
        const preview = await ask<PreviewAnswer>('collectors/preview', {
          method: 'POST',
          body: JSON.parse(key),
          signal,
        })
        setKnown({ key, preview, refused: undefined })
      } catch (error) {
        if (signal.aborted) return
        const refused = refusedBy(error)
        setKnown({ key, preview: undefined, refused })
        if (passes(refused)) timer = setTimeout(look, retryMs)
      }
    }
    let timer = setTimeout(look, waitMs)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [key])
  return known.key === key ? known : { preview: undefined, refused: undefined }
}
