// Frames that are no JSON object: what a broken peer, proxy or disk makes of an event. Pure.

import type { Random } from '../random.ts'

const makers: readonly ((random: Random, event: Buffer) => string | Buffer)[] = [
  (random, event) => event.subarray(0, 1 + random.below(event.length - 2)),
  random => `Service temporarily unavailable, reference ${random.bits()}`,
  () => '',
  (_, event) => `[${event}]`,
  random => String(random.bits()),
  random => JSON.stringify(`a string of JSON ${random.bits()}`),
  random => random.pick(['null', 'true', '{"guid":', '{}}', '   ']),
  random => Buffer.from([0xff, 0xfe, 0xc3, random.below(0x80), 0x80, random.below(256), 0xf8]),
]

/**
 * Makes the bytes of one junk frame: truncated JSON, plain text, nothing, an array, a scalar, invalid UTF-8.
 * @param event the bytes of an event, to be spoilt
 */
export function junk(random: Random, event: Buffer): Buffer {
  const made = random.pick(makers)(random, event)
  return typeof made === 'string' ? Buffer.from(made) : made
}
