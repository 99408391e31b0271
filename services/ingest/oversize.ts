// A frame that is larger than a Kafka record can be: told of, counted, and left out.

import { hash } from 'node:crypto'
import { maxFrameBytes } from '@podpipe/schemas/topics.ts'
import type { Parts } from './parts.ts'

/** Reports a frame that cannot be kept. Its digest lets a person find the event in Proofpoint. */
export function leaveOut({ context, labels }: Parts, connection: string, frame: Buffer): void {
  context.metrics.oversize.inc(labels)
  context.log.error(
    {
      ...labels,
      connection,
      bytes: frame.length,
      limit: maxFrameBytes,
      sha256: hash('sha256', frame, 'hex'),
    },
    'a frame is larger than a Kafka record can be and was left out; the stream goes on. Look the event up in Proofpoint by its time',
  )
}
