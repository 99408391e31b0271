// Rejects as commands show them. Pure.

import { listedOf, type RejectList } from '@podpipe/operations/rejected/listed.ts'
import { meaningOf } from '@podpipe/operations/rejected/meanings.ts'
import type { Reject } from '@podpipe/operations/rejected/reject.ts'
import { shownTime } from '@podpipe/operations/times.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { n } from '../number-text.ts'
import { printable } from '../printable.ts'

/** For a person: the groups, and below them the newest. */
export function listText({ rejects, redriven, groups, newest }: RejectList): string {
  if (rejects === 0) return 'There is no such reject.'
  return [
    `${n(rejects)} ${rejects === 1 ? 'reject' : 'rejects'}, ${n(redriven)} of them sent again (times in UTC)`,
    '',
    'reason           service      rejects  sent again  newest',
    ...groups.map(
      group =>
        `${group.reason.padEnd(16)} ${(group.service ?? '?').padEnd(10)} ${n(group.rejects).padStart(9)} ${n(group.redriven).padStart(11)}  ${shownTime(Date.parse(group.newest))}`,
    ),
    ...(newest.length === 0
      ? []
      : ['', newest.length < rejects ? `The newest ${newest.length}:` : 'All of them:']),
    ...newest.map(
      ({ offset, time, service, reason, error, redriven: again }) =>
        `${String(offset).padStart(8)}  ${shownTime(Date.parse(time))}  ${reason} ${service ?? '?'}${again === null ? '' : ', sent again'}: ${printable(error)}`,
    ),
    '',
    'podpipe rejected show NUMBER shows one with its bytes.',
  ].join('\n')
}

/** One reject with all that is known of it, for a person. */
export function showText(reject: Reject, topics: Topics): string {
  const { offset, time, service, by, reason, error, origin, redriven } = listedOf(reject, topics)
  const { means, action } = meaningOf(reason, 'command')
  return [
    `reject ${offset}`,
    `  received   ${shownTime(Date.parse(time))} (UTC)`,
    `  kind       ${service ?? 'unknown'}, rejected by ${by ?? 'somebody else'}`,
    `  record     ${origin.topic} ${origin.partition}/${origin.offset}`,
    `  reason     ${reason}: ${means}`,
    `  error      ${printable(error)}`,
    `  do         ${action}`,
    `  sent again ${redriven === null ? 'never' : shownTime(Date.parse(redriven))}`,
    `  bytes      ${reject.bytes.length}`,
    '',
    printable(reject.bytes.toString().trimEnd()),
  ].join('\n')
}
