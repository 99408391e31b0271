// What a redrive is about to do, and what it has done. Pure.

import type { RedriveAccount } from '@podpipe/operations/rejected/redrive-account.ts'
import { unknownCluster } from '@podpipe/operations/rejected/unknown-cluster.ts'
import { n } from '../number-text.ts'

/** What is about to be done, for a person. */
export function previewText(account: RedriveAccount): string {
  const { found, topics } = account
  const count = Object.values(topics).reduce((sum, each) => sum + each, 0)
  return [
    `${n(count)} of ${n(found)} ${found === 1 ? 'reject' : 'rejects'} to be sent again${count === 0 ? '' : ': '}${Object.entries(
      topics,
    )
      .map(([topic, each]) => `${n(each)} to ${topic}`)
      .join(', ')}`,
    ...restLines(account),
  ].join('\n')
}

/** What a person has to say yes to. */
export const question =
  'They would go through dedup and to every output that takes them. What dedup still knows within its window it drops, and what is still bad it rejects anew.'

/** What was done, for a person. */
export const accountText = ({ redriven, found }: RedriveAccount): string =>
  `found ${n(found)} = sent again ${n(redriven)} + left out ${n(found - redriven)}`

function restLines({ leftOut, outputs }: RedriveAccount): string[] {
  return [
    ...Object.entries(leftOut).map(
      ([why, count]) =>
        `  left out  ${n(count)}: ${why}${why === unknownCluster ? '; name it with --cluster' : ''}`,
    ),
    ...outputs.flatMap(({ output, rejects, command }) => [
      `  left out  ${n(rejects)}: the other outputs have what ${output} did not take. Raise its max_event_bytes, and send them to it alone:`,
      `            ${command}`,
    ]),
  ]
}
