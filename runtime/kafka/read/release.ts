// When the memory of an answer is free: it holds the records of several partitions, whose readers are done with them at
// their own times.

import type { Memory } from '../encoding/memory.ts'
import type { FetchedChunk } from './record.ts'

/**
 * @param chunks all of one answer
 * @returns to be called for each chunk that has records, when nobody looks at them any more. A chunk for which it never
 * is, as when its reader was closed, leaves the answer to the collector.
 */
export function createRelease(
  chunks: readonly Pick<FetchedChunk, 'records' | 'memory'>[],
  memory: Pick<Memory, 'give'>,
): () => void {
  const answer = chunks.find(chunk => chunk.memory !== undefined)?.memory
  // Also those that kafkajs has decoded: their records may lie in the answer as well.
  let held = chunks.filter(({ records }) => records.length > 0).length
  return () => {
    held--
    if (held === 0 && answer !== undefined) memory.give(answer)
  }
}
