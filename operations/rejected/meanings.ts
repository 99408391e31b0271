// What the reasons of rejects mean, for who looks at one. docs/rejected.md has the same with more words. Pure.

import type { RejectReason } from '@podpipe/schemas/reject-reasons.ts'

interface Meaning {
  readonly means: string
  readonly action: string
}

const meanings: Readonly<Record<RejectReason, Meaning>> = {
  undecodable: {
    means: 'the record is nothing that podpipe writes',
    action: 'find out who else writes to the topic; it cannot be sent again',
  },
  unknown_schema: {
    means: 'a newer version of podpipe wrote the record',
    action: 'upgrade this one, and send it again with podpipe rejected redrive',
  },
  not_json: {
    means: 'the frame is no JSON object, though Proofpoint sends one a frame',
    action: 'look at the bytes; sent again it is rejected again',
  },
  no_id: {
    means: 'the record has no key, and without that two events would look alike',
    action:
      'podpipe rejected redrive gives it the key that ingest would; find out who else writes to the topic',
  },
  variant: {
    means: 'the event was published within the window with another time of its own: perhaps an update',
    action: 'set dedup.variants: forward and restart dedup, and send it again with podpipe rejected redrive',
  },
  too_large: {
    means: 'the event is longer than max_event_bytes of the output; the others have it',
    action: 'raise max_event_bytes, and let podpipe rejected redrive say how to send it to that output alone',
  },
}

/** @param reason one that a newer version rejects for is not known here */
export const meaningOf = (reason: string): Meaning =>
  Object.hasOwn(meanings, reason)
    ? meanings[reason as RejectReason]
    : {
        means: 'a reason that this version does not know',
        action: 'look it up in docs/rejected.md of the newer one',
      }
