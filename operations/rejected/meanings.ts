// What the reasons of rejects mean, for who looks at one. docs/rejected.md has the same with more words. Pure.

import type { RejectReason } from '@podpipe/schemas/reject-reasons.ts'

/** Where somebody looks at a reject: what to do is said in the words of that place. */
export type LookedAt = 'command' | 'page'

interface Meaning {
  readonly means: string
  readonly action: string | Readonly<Record<LookedAt, string>>
}

const meanings: Readonly<Record<RejectReason, Meaning>> = {
  undecodable: {
    means: 'the record is nothing that podpipe writes',
    action: 'find out who else writes to the topic; it cannot be sent again',
  },
  unknown_schema: {
    means: 'a newer version of podpipe wrote the record',
    action: {
      command: 'upgrade this one, and send it again with podpipe rejected redrive',
      page: 'upgrade this one, and send it again',
    },
  },
  not_json: {
    means: 'the frame is no JSON object, though Proofpoint sends one a frame',
    action: 'look at the bytes; sent again it is rejected again',
  },
  no_id: {
    means: 'the record has no key, and without that two events would look alike',
    action: {
      command:
        'podpipe rejected redrive gives it the key that ingest would; find out who else writes to the topic',
      page: 'sent again it gets the key that ingest would give it; find out who else writes to the topic',
    },
  },
  variant: {
    means: 'the event was published within the window with another time of its own: perhaps an update',
    action: {
      command: 'set dedup.variants: forward, and send it again with podpipe rejected redrive',
      page: 'set dedup.variants: forward in the configuration, and send it again',
    },
  },
  too_large: {
    means: 'the event is longer than max_event_bytes of the output; the others have it',
    action: {
      command:
        'raise max_event_bytes, and let podpipe rejected redrive say how to send it to that output alone',
      page: 'raise max_event_bytes, and send it again: the preview leads to a replay to that output alone',
    },
  },
}

const unknown: Meaning = {
  means: 'a reason that this version does not know',
  action: 'look it up in docs/rejected.md of the newer one',
}

/** @param reason one that a newer version rejects for is not known here */
export function meaningOf(reason: string, at: LookedAt): { readonly means: string; readonly action: string } {
  const { means, action } = Object.hasOwn(meanings, reason) ? meanings[reason as RejectReason] : unknown
  return { means, action: typeof action === 'string' ? action : action[at] }
}
