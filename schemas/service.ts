// The kinds of event that are read from Proofpoint on Demand; each has its own topics.

/** One kind of event: the last word of its topics' names, and of its tag. */
export type Service = string

/** The kinds that podpipe knows by name and that are always there; a configuration may add more. */
export const knownServices = ['message', 'maillog', 'audit'] as const

/** What a kind's name may be: it goes into names of topics, of transactions and of sessions. */
export const serviceName = /^[a-z0-9_-]{1,40}$/

/** Where the events of a kind are, and which of their fields matter. */
export interface Kind {
  /** The `type` of its stream at Proofpoint. */
  readonly type: string
  /** The field that identifies an event. */
  readonly idField: string
  /** The field with an event's own time. */
  readonly timeField: string
}

/** A kind as Proofpoint's events are known to be: the id is called `id` in maillog and `guid` elsewhere. */
export const kindOf = (service: Service): Kind => ({
  type: service,
  idField: service === 'maillog' ? 'id' : 'guid',
  timeField: 'ts',
})
