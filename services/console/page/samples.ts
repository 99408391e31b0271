// The flow of the last hour for charts: read once, then continued from the live picture, and read again now and then.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { type Sample, sampleOf } from '@podpipe/operations/picture/sample.ts'
import { useEffect, useState } from 'preact/hooks'
import type { Refused } from './api.ts'
import { useAsked } from './asking.ts'
import { joined, stepMs } from './series.ts'

const againMs = 60_000

export interface History {
  readonly samples: readonly Sample[]
  /** Why there are none. */
  readonly refused: Refused | undefined
}

export function useSamples(minutes: number, picture: Picture | undefined): History {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const { answer, refused } = useAsked<{ samples: Sample[] }>(`samples?minutes=${minutes}`, againMs)
  useEffect(() => setSamples(answer?.samples ?? []), [answer])
  useEffect(() => {
    if (picture === undefined) return
    const next = sampleOf(picture)
    setSamples(before => joined(before, next, stepMs, minutes * 60_000))
  }, [picture, minutes])
  return { samples, refused }
}
