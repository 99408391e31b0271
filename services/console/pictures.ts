// One picture a second for everybody who looks. Nobody looking means no gathering.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Picture } from '@podpipe/operations/picture/picture.ts'

export interface Pictures {
  /**
   * Calls back with each picture, as JSON, from the last one on; the text is the same for all.
   * @returns what ends it
   */
  follow(viewer: (text: string) => void): () => void
  readonly viewers: number
}

/**
 * @param take takes a picture; a failure is the taker's to put into it
 * @param intervalMs from the beginning of one to that of the next
 * @param signal ends it for good
 * @param lately a picture that was taken for another end, if it is of some use yet: who comes first sees it meanwhile
 */
export function createPictures(
  take: () => Promise<Picture>,
  intervalMs: number,
  signal: AbortSignal,
  lately: () => Picture | undefined = () => undefined,
): Pictures {
  const viewers = new Set<(text: string) => void>()
  let last: string | undefined
  let isTaking = false

  async function run(): Promise<void> {
    isTaking = true
    while (viewers.size > 0 && !signal.aborted) {
      const begun = performance.now()
      last = JSON.stringify(await take())
      for (const viewer of viewers) viewer(last)
      const rest = Math.max(0, intervalMs - (performance.now() - begun))
      await sleep(rest, undefined, { signal }).catch(() => undefined)
    }
    // Old by the time that somebody looks again.
    last = undefined
    isTaking = false
    // Somebody may have come while the last one was left.
    if (viewers.size > 0 && !signal.aborted) void run()
  }

  return {
    follow(viewer) {
      viewers.add(viewer)
      last ??= textOf(lately())
      if (last !== undefined) viewer(last)
      if (!isTaking && !signal.aborted) void run()
      return () => void viewers.delete(viewer)
    },
    get viewers() {
      return viewers.size
    },
  }
}

const textOf = (picture: Picture | undefined): string | undefined => picture && JSON.stringify(picture)
