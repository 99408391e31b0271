// A collector that outlives the record that it was read from.

import type { Collector } from '@podpipe/schemas/records.ts'

/** A copy: bytes of a decoded record are parts of what was fetched, whose memory is used again. */
export const kept = (collector: Collector): Collector => ({
  ...collector,
  secrets: collector.secrets.map(secret => ({
    ...secret,
    nonce: Buffer.from(secret.nonce),
    sealed: Buffer.from(secret.sealed),
  })),
})
