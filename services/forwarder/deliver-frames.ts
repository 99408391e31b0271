// Hands frames to an output in memory that is used again once they are confirmed.

import { createMemory } from '@podpipe/runtime/kafka/memory.ts'
import type { Delivery, Output } from './delivery.ts'
import { type Laid, layOut } from './frames/slabs.ts'
import type { Frame } from './frames/wire.ts'

/** Of its own, since pieces of one size fit each other: an answer of Kafka would take the place of several of them. */
export const memory = createMemory()

/** As `deliver` of the output does; the records behind the frames are not needed any more when it resolves. */
export const deliverFrames = (
  output: Pick<Output, 'deliver'>,
  frames: readonly Frame[],
  stopping: AbortSignal,
): Promise<Delivery> => deliverSlabs(output, () => layOut(frames, memory), stopping)

/**
 * The same for frames that are laid out in blocks of this memory.
 * @param layOutNow called when the output has room: many partitions wait for it, and their frames would take as much again
 */
export async function deliverSlabs(
  output: Pick<Output, 'deliver'>,
  layOutNow: () => Laid,
  stopping: AbortSignal,
): Promise<Delivery> {
  let blocks: readonly Buffer[] = []
  const make = (): Laid['slabs'] => {
    const laid = layOutNow()
    blocks = laid.blocks
    return laid.slabs
  }
  const delivery = await output.deliver(make, stopping)
  // Confirmed, nobody sends them again. Where that never comes, the output is closed and with it all there is.
  void delivery.confirmed.then(
    () => blocks.forEach(memory.give),
    () => undefined,
  )
  return delivery
}
