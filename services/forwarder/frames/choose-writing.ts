// Whether the frames of a stretch are compressed. Pure.

import type { Compression } from '@podpipe/runtime/config/config.ts'
import type { Doubt } from '../evidence/allowance.ts'
import type { Backlog, Room } from './backlog.ts'
import { compressed, plain, type Writing } from './writing.ts'

/**
 * The vendor's rule: the fuller the buffer, the sooner the time of the processor is well spent.
 * @param room how much may be retained
 */
export function writingFor(
  compression: Compression | undefined,
  doubt: Doubt,
  { retainedBytes, retainedFrames }: Pick<Backlog, 'retainedBytes' | 'retainedFrames'>,
  { bytes, frames }: Room,
): Writing {
  // What a trial carries has to go over the wire.
  if (doubt !== 'none' || compression === undefined || compression.threshold > 1) return plain
  const used = Math.max(retainedBytes / bytes, retainedFrames / frames)
  return used >= compression.threshold ? compressed(compression.level, compression.bufferBytes) : plain
}
