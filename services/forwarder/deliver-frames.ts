// Hands frames to an output in memory that is used again once they are confirmed.

import { createMemory } from '@podpipe/runtime/kafka/memory.ts'
import type { Delivery, Output } from './delivery.ts'
import { type Laid, layOut } from './slabs.ts'
import type { Frame } from './wire.ts'

/** Of its own, since pieces of one size fit each other: an answer of Kafka would take the place of several of them. */
export const memory = createMemory()

/** As `deliver` of the output does; the records behind the frames are not needed any more when it resolves. */
export const deliverFrames = (
  output: Pick<Output, 'deliver'>,
  frames: readonly Frame[],
  stopping: AbortSignal,
): Promise<Delivery> => deliverSlabs(output, layOut(frames, memory), stopping)

/** The same for frames that are laid out already, in blocks of the same memory. */
export async function deliverSlabs(
  output: Pick<Output, 'deliver'>,
  { slabs, blocks }: Laid,
  stopping: AbortSignal,
): Promise<Delivery> {
  const delivery = await output.deliver(slabs, stopping).catch(error => {
    // Nothing of it was taken over.
    blocks.forEach(memory.give)
    throw error
  })
  // Confirmed, nobody sends them again. Where that never comes, the output is closed and with it all there is.
  void delivery.confirmed.then(
    () => blocks.forEach(memory.give),
    () => undefined,
  )
  return delivery
}
