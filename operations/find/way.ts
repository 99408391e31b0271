// The way of one event through podpipe, from what lies in its topics. Pure.

/** A copy of the event in raw. */
export interface Copy {
  readonly partition: number
  readonly offset: number
  /** When Kafka had it, milliseconds since 1970. */
  readonly at: number
  readonly cluster: string
  readonly mode: string
}

/** A place in unique to which a copy has come. */
export interface Published {
  readonly partition: number
  readonly offset: number
  readonly rawPartition: number
  readonly rawOffset: number
}

/** A copy, or what is unique of it, that could not go on. */
export interface Refused {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly error: string
}

/** What is known of the event's partition of one kind of event. */
export interface Found {
  readonly service: string
  readonly rawTopic: string
  readonly uniqueTopic: string
  readonly copies: readonly Copy[]
  readonly published: readonly Published[]
  readonly refused: readonly Refused[]
  /** Up to which offset of raw dedup has decided. */
  readonly decidedTo: number
  /** Up to which offset of unique each output has delivered; undefined where it has delivered nothing yet. */
  readonly outputs: readonly { readonly name: string; readonly deliveredTo: number | undefined }[]
}

/** What became of a copy. */
export type Decision =
  | { readonly kind: 'unique'; readonly offset: number; readonly outputs: readonly OutputFate[] }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'rejected'; readonly reason: string; readonly error: string }
  | { readonly kind: 'waiting'; readonly before: number }

export interface OutputFate {
  readonly output: string
  readonly fate: 'delivered' | 'rejected' | 'waiting'
  /** Records of the partition that are delivered before it, when it waits. */
  readonly before: number
}

export interface Step extends Copy {
  readonly decision: Decision
}

/** Each copy with its decision, in the order in which they came. */
export function wayOf(found: Found): Step[] {
  return [...found.copies]
    .sort((a, b) => a.offset - b.offset)
    .map(copy => ({ ...copy, decision: decisionOn(copy, found) }))
}

function decisionOn(copy: Copy, found: Found): Decision {
  const { rawTopic, uniqueTopic, published, refused, decidedTo, outputs } = found
  const place = published.find(
    ({ rawPartition, rawOffset }) => rawPartition === copy.partition && rawOffset === copy.offset,
  )
  if (place !== undefined) {
    const refusal = refused.find(each => isAt(each, uniqueTopic, place))
    const fates = outputs.map(({ name, deliveredTo }): OutputFate => {
      const before = Math.max(0, place.offset - (deliveredTo ?? 0))
      const isDone = deliveredTo !== undefined && deliveredTo > place.offset
      if (!isDone) return { output: name, fate: 'waiting', before }
      // The error names the output that did not take it.
      const isRefused = refusal?.error.includes(name) ?? false
      return { output: name, fate: isRefused ? 'rejected' : 'delivered', before: 0 }
    })
    return { kind: 'unique', offset: place.offset, outputs: fates }
  }
  const refusal = refused.find(each => isAt(each, rawTopic, copy))
  if (refusal !== undefined) return { kind: 'rejected', reason: refusal.reason, error: refusal.error }
  return copy.offset < decidedTo
    ? { kind: 'duplicate' }
    : { kind: 'waiting', before: copy.offset - decidedTo }
}

const isAt = (
  { topic, partition, offset }: Refused,
  name: string,
  place: { readonly partition: number; readonly offset: number },
): boolean => topic === name && partition === place.partition && offset === place.offset
