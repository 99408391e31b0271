// What a replay is about to do, before anything is sent. Pure.

import type { Preview } from '@podpipe/operations/replay/preview.ts'
import { shownTime } from '@podpipe/operations/times.ts'
import { n } from '../../number-text.ts'

/** For a person, some lines. */
export function previewText(preview: Preview): string {
  const { name, output, address, port, tls, from, to, ids, records, events, confirmed, rate } = preview
  const services = Object.entries(preview.recordsByService).map(
    ([service, count]) => `${service} ${n(count)}`,
  )
  const among = `${n(records)} records: ${services.join(', ')}`
  const whose = ids.length === 0 ? '' : `those of ${ids.length} ${ids.length === 1 ? 'id' : 'ids'} `
  const counted =
    events === null
      ? `${whose === '' ? 'at most' : `${whose}among`} ${among}; --dry-run counts them`
      : `${n(events)} among ${among}`
  return [
    `Replay ${name}`,
    `  events  ${counted}`,
    ...(confirmed > 0 ? [`          besides ${n(confirmed)} that are confirmed from earlier runs`] : []),
    `  from    ${shownTime(Date.parse(from))} (UTC), when Kafka received them`,
    `  to      ${shownTime(Date.parse(to))} (UTC)`,
    `  output  ${output}, ${address}:${port}, ${tls ? 'TLS' : 'plain TCP'}`,
    `  rate    ${rate === null ? 'as fast as the output takes them' : `${n(rate)} events a second at most`}`,
  ].join('\n')
}

/** What a person has to say yes to. */
export const question = ({ output }: Preview): string =>
  `These events would be sent to ${output} beside the live ones; those that it has already it would then have twice.`
