// The account of a replay to an output. Pure.

import type { Refused } from '@podpipe/forwarder/replay/share.ts'
import type { ReplayAccount, ReplayListed } from '@podpipe/operations/replay/account.ts'
import { shownTime } from '@podpipe/operations/times.ts'
import { n } from '../../number-text.ts'

const sum = (refused: Refused): number => Object.values(refused).reduce((total, count) => total + count, 0)

/** For a person, two lines; the second one says how to go on where something is left. */
export function accountText(account: ReplayAccount): string {
  const { name, output, from, to, finished, found, confirmed, refused, sent, seconds, doubledAtMost } =
    account
  const reasons = Object.entries(refused).map(([reason, count]) => `${reason} ${n(count)}`)
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  const rate = seconds > 0 ? ` (${n(Math.round(sent / seconds))}/s)` : ''
  return [
    `found ${n(found)} = confirmed ${n(confirmed)} + refused ${n(sum(refused))}${why}      sent ${n(sent)} in ${seconds.toFixed(1)} s${rate}   doubled at most ${n(doubledAtMost)}`,
    finished
      ? `All events that Kafka received from ${shownTime(Date.parse(from))} to ${shownTime(Date.parse(to))} (UTC) are at ${output} once more.`
      : `Not all is sent yet. Go on with: podpipe replay --resume ${name}`,
  ].join('\n')
}

/** For a person, some lines a replay. */
export function listText(replays: readonly ReplayListed[]): string {
  if (replays.length === 0) return 'There is no replay in Kafka.'
  const words = { finished: 'finished', stopped: 'stopped', open: 'running, or interrupted' }
  return replays
    .map(({ name, output, from, to, services, ids, state, done, records, confirmed }) =>
      [
        name,
        `  output     ${output}`,
        `  range      ${shownTime(Date.parse(from))} to ${shownTime(Date.parse(to))} (UTC), ${services.join(', ')}${ids.length === 0 ? '' : `, ${ids.length} ids`}`,
        `  progress   ${records === 0 ? 100 : Math.floor((done * 100) / records)} %, ${n(confirmed)} confirmed; ${words[state]}`,
        ...(state === 'finished' ? [] : [`  go on      podpipe replay --resume ${name}`]),
      ].join('\n'),
    )
    .join('\n')
}
