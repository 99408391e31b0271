// Hands the records of a batch to an output, and keeps those that cannot go out before anything of the batch does.

import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { deliverSlabs, type Outlet } from './deliver-frames.ts'
import type { Delivery } from './delivery.ts'
import { type Framing, type LaidRecords, layOutRecords } from './frames/records-to-slabs.ts'

/** What became of the records. */
export interface DeliveredRecords extends Delivery, Pick<LaidRecords, 'times' | 'rejects'> {}

/**
 * Resolves when the output has taken the batch over, and rejects as its `deliver` does. Frames are made when it has room.
 * @param keep puts rejects where they are explained. It comes first: while it fails the batch is read again and again, and
 * its other events must not go out each time.
 */
export async function deliverRecords(
  outlet: Outlet,
  records: readonly KafkaRecord[],
  framing: Framing,
  keep: (rejects: LaidRecords['rejects']) => Promise<void>,
  stopping: AbortSignal,
): Promise<DeliveredRecords> {
  let rejects: LaidRecords['rejects'] = []
  let times: LaidRecords['times'] = new Float64Array()
  let areKept = false
  const layOutNow = (): Pick<LaidRecords, 'slabs' | 'blocks'> => {
    const laid = layOutRecords(records, framing, outlet.blocks)
    ;({ rejects, times } = laid)
    if (rejects.length === 0 || areKept) return laid
    for (const block of laid.blocks) outlet.blocks.letGo(block)
    return { slabs: [], blocks: [] }
  }
  const { confirmed } = await deliverSlabs(outlet, layOutNow, stopping)
  if (rejects.length === 0) return { confirmed, rejects, times }
  await keep(rejects)
  areKept = true
  const delivery = await deliverSlabs(outlet, layOutNow, stopping)
  return { confirmed: delivery.confirmed, rejects, times }
}
