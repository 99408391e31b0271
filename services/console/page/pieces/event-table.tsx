// Events of a stage, one a row.

import type { EventListed } from '@podpipe/operations/events/listed.ts'
import { settle } from '../navigation.ts'
import { bytes, count } from '../words.ts'
import { Moment } from './moment.tsx'
import { Scroll } from './scroll.tsx'
import '../styles/records.css'

export function EventTable({ events, open }: { events: readonly EventListed[]; open: string }) {
  const hasContent = events.some(({ beginning }) => beginning !== null)
  return (
    <Scroll name="Events found">
      <table class="records stacks">
        <caption class="hidden">{count(events.length)} events, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Received (UTC)</th>
            <th scope="col" class="minor">
              Kind
            </th>
            <th scope="col">Event</th>
            <th scope="col" class="number minor">
              Size
            </th>
            {hasContent && (
              <th scope="col" class="minor">
                Content
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {events.map(event => {
            const { stage, service, partition, offset, time } = event
            const name = [stage, stage === 'rejected' ? '' : (service ?? ''), partition, offset].join('/')
            return (
              <tr key={name} class={name === open ? 'chosen' : undefined}>
                <td>
                  <Moment at={time} isUtc />
                </td>
                <td class="minor">{service ?? '?'}</td>
                <td class="id">
                  <button
                    type="button"
                    class="link"
                    aria-pressed={name === open}
                    onClick={() => settle({ open: name })}
                  >
                    {titleOf(event)}
                  </button>
                </td>
                <td class="number minor">{event.size === null ? '–' : bytes(event.size)}</td>
                {hasContent && (
                  <td class="content minor">
                    <div class="clamp">{event.beginning}</div>
                  </td>
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

/** What an event is called by in the list. */
function titleOf({ stage, fields, partition, offset }: EventListed): string {
  if (stage === 'rejected')
    return `${fields.reason ?? 'undecodable'}: ${fields.error ?? fields.undecodable ?? ''}`
  if (stage === 'seen')
    return `${partition}/${offset}: ${fields.ids ?? '?'} ids, decided ${fields.decided ?? '?'}`
  return String(fields.id ?? `${partition}/${offset}`)
}
