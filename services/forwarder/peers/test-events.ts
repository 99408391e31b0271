// Events as they lie in unique, for tests. Only tests import this file.

import { type Event, eventCodec } from '@podpipe/schemas/records.ts'

/** The value of a record: an event like any other, but for what is given. */
export const encoded = (event: Partial<Event> = {}): Buffer =>
  eventCodec.encode({
    cluster: 'acme',
    service: 'message',
    id: 'a',
    event_time: Date.UTC(2024, 4, 22, 19, 10, 3, 58),
    received_at: Date.UTC(2024, 4, 22, 20),
    raw_partition: 0,
    raw_offset: 0,
    payload: Buffer.from('{"guid":"a"}'),
    ...event,
  })
