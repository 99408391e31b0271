// The way of one event, for a person. Pure.

import type { Decision, Found, Step } from '@podpipe/operations/find/way.ts'

/** The way as lines for a person. */
export function linesOf({ service, rawTopic, uniqueTopic }: Found, steps: readonly Step[]): string[] {
  return steps.flatMap(({ at, cluster, mode, partition, offset, decision }) => [
    `${new Date(at).toISOString()}  received  ${cluster} ${service}, ${mode}, ${rawTopic} ${partition}/${offset}`,
    ...decisionLines(decision, uniqueTopic, partition),
  ])
}

function decisionLines(decision: Decision, uniqueTopic: string, partition: number): string[] {
  switch (decision.kind) {
    case 'unique':
      return [
        `    unique     ${uniqueTopic} ${partition}/${decision.offset}`,
        ...decision.outputs.map(({ output, fate, before }) =>
          fate === 'waiting'
            ? `    waiting    for ${output}, behind ${before} others`
            : `    ${fate.padEnd(10)} ${fate === 'delivered' ? 'to' : 'by'} ${output}`,
        ),
      ]
    case 'duplicate':
      return ['    duplicate  of a copy that was accepted within the window; it goes no further']
    case 'rejected':
      return [`    rejected   ${decision.reason}: ${decision.error}`]
    case 'waiting':
      return [`    waiting    for dedup, behind ${decision.before} others`]
  }
}
