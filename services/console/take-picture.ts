// Takes pictures: asks the services, and keeps the look before to tell rates from.

import { figuresOf, type Look } from '@podpipe/operations/figures/figures.ts'
import { lookAt } from '@podpipe/operations/figures/look.ts'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import type { StatusPlace } from '@podpipe/operations/status/places.ts'

// Rates over a longer time than this would hide what is happening now.
const memoryMs = 15_000

/**
 * @param places where the services are
 * @returns what takes the next picture
 */
export function createTakePicture(places: () => Promise<readonly StatusPlace[]>): () => Promise<Picture> {
  let before: Look | undefined

  return async () => {
    const look = await lookAt(await places())
    const figures = figuresOf(
      look,
      before !== undefined && look.at - before.at < memoryMs ? before : undefined,
    )
    before = look
    return { at: new Date().toISOString(), ...figures }
  }
}
