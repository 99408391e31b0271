// Hands frames to an output in memory that is used again once they are confirmed.

import { createMemory } from '@podpipe/runtime/kafka/encoding/memory.ts'
import type { Delivery, Output } from './delivery.ts'
import { Blocks } from './frames/blocks.ts'
import { type Laid, layOut } from './frames/slabs.ts'
import type { Frame } from './frames/wire.ts'

/** Of its own, since pieces of one size fit each other: an answer of Kafka would take the place of several of them. */
const memory = createMemory()

/** Where frames go: to an output, over the blocks in which they lie until they are confirmed. */
export interface Outlet {
  readonly output: Pick<Output, 'deliver'>
  readonly blocks: Blocks
}

export const outletOf = (output: Pick<Output, 'deliver'>): Outlet => ({ output, blocks: new Blocks(memory) })

/** As `deliver` of the output does; the records behind the frames are not needed any more when it resolves. */
export const deliverFrames = (
  outlet: Outlet,
  frames: readonly Frame[],
  stopping: AbortSignal,
): Promise<Delivery> => deliverSlabs(outlet, () => layOut(frames, outlet.blocks), stopping)

/**
 * The same for frames that are laid out in blocks of this outlet.
 * @param layOutNow called when the output has room: many partitions wait for it, and their frames would take as much again
 */
export async function deliverSlabs(
  { output, blocks }: Outlet,
  layOutNow: () => Laid,
  stopping: AbortSignal,
): Promise<Delivery> {
  let held: Laid['blocks'] = []
  const make = (): Laid['slabs'] => {
    const laid = layOutNow()
    held = laid.blocks
    return laid.slabs
  }
  const delivery = await output.deliver(make, stopping)
  // Confirmed, nobody sends them again. Where that never comes, the output is closed and with it all there is.
  void delivery.confirmed.then(
    () => {
      for (const block of held) blocks.letGo(block)
    },
    () => undefined,
  )
  return delivery
}
