// Whether the frames of a stretch are compressed. Pure.

import type { Compression } from '@podpipe/runtime/config/config.ts'
import { compressed, plain, type Writing } from './writing.ts'

/**
 * The vendor's rule: the fuller the buffer, the sooner the time of the processor is well spent.
 * @param used the part of the buffer that is full, 0 to 1
 */
export function writingFor(compression: Compression | undefined, used: number): Writing {
  if (compression === undefined || compression.threshold > 1) return plain
  return used >= compression.threshold ? compressed(compression.level, compression.bufferBytes) : plain
}
