// The kinds of event that Proofpoint on Demand offers; each has its own topics.

export const services = ['message', 'maillog', 'audit'] as const

/** One kind of Proofpoint event: the `type` of its stream and the last word of its topics' names. */
export type Service = (typeof services)[number]
