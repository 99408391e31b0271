// The way of an event through podpipe: every copy that came, what was decided on it, and where it is now.

import type { FindReport } from '@podpipe/operations/find/find.ts'
import type { Decision, Step } from '@podpipe/operations/find/way.ts'
import { useEffect, useState } from 'preact/hooks'
import { pathOf, useAsked } from '../asking.ts'
import { hashOf } from '../place.ts'
import { counted } from '../words.ts'
import { Moment } from './moment.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import '../styles/event.css'

/** What waits is looked for again so often. */
const againMs = 2_000

/** How far around the event is looked for copies, in minutes. */
const reaches = [5, 60, 24 * 60] as const

const names: Readonly<Record<number, string>> = { 5: '5 minutes', 60: '1 hour', 1440: '1 day' }

export interface EventWayProps {
  readonly id: string
  readonly service: string
  /** When Kafka had it, ISO 8601. */
  readonly time: string
}

export function EventWay({ id, service, time }: EventWayProps) {
  const [reach, setReach] = useState<number>(reaches[0])
  const around = Date.parse(time)
  const [from, to] = [around - reach * 60_000, around + reach * 60_000]
  const query = { id, service, from, to: to > Date.now() ? undefined : to }
  const [isOnItsWay, setIsOnItsWay] = useState(false)
  const { answer, refused, isAsking } = useAsked<FindReport>(
    pathOf('find', query),
    isOnItsWay ? againMs : undefined,
  )
  const copies = answer?.found.flatMap(each => each.copies) ?? []
  useEffect(() => setIsOnItsWay(copies.some(waits)), [answer])
  return (
    <section aria-label="Way through podpipe" aria-busy={isAsking}>
      <div class="row">
        <h3>Way through podpipe</h3>
        <label class="soft">
          copies within{' '}
          <select value={reach} onChange={event => setReach(Number(event.currentTarget.value))}>
            {reaches.map(each => (
              <option key={each} value={each}>
                {names[each]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <RefusalNotice refused={refused} />
      {answer === undefined && refused === undefined && <p class="empty">Reading its partition …</p>}
      {answer !== undefined && copies.length === 0 && (
        <p class="empty">No copy lies in raw within this time. Look further around it.</p>
      )}
      <ol class="plain way">
        {copies.map(copy => (
          <Copy key={`${copy.partition}/${copy.offset}`} copy={copy} service={service} />
        ))}
      </ol>
    </section>
  )
}

/** Whether dedup or an output is still to come to it. */
const waits = ({ decision }: Step): boolean =>
  decision.kind === 'waiting' ||
  (decision.kind === 'unique' && decision.outputs.some(({ fate }) => fate === 'waiting'))

function Copy({ copy, service }: { copy: Step; service: string }) {
  const { at, cluster, mode, partition, offset, decision } = copy
  return (
    <li>
      <div>
        <span class="step">received</span> <Moment at={at} isUtc /> UTC, {cluster}, {mode},{' '}
        <a href={placeLink('raw', service, partition, offset)}>
          raw{'\u00a0'}
          {partition}/{offset}
        </a>
      </div>
      <Decided decision={decision} service={service} partition={partition} />
    </li>
  )
}

function Decided({
  decision,
  service,
  partition,
}: {
  decision: Decision
  service: string
  partition: number
}) {
  switch (decision.kind) {
    case 'duplicate':
      return (
        <div>
          <span class="step">duplicate</span> of a copy that was accepted within the window; it goes no
          further
        </div>
      )
    case 'rejected':
      return (
        <div>
          <span class="step tone-bad">rejected</span> {decision.reason}: {decision.error}
        </div>
      )
    case 'waiting':
      return (
        <div>
          <span class="step tone-warn">waiting</span> for dedup, behind {counted(decision.before, 'other')}
        </div>
      )
    case 'unique':
      return (
        <>
          <div>
            <span class="step">unique</span>{' '}
            <a href={placeLink('unique', service, partition, decision.offset)}>
              unique{'\u00a0'}
              {partition}/{decision.offset}
            </a>
          </div>
          {decision.outputs.map(({ output, fate, before }) => (
            <div key={output}>
              <span
                class={`step ${{ delivered: 'tone-good', rejected: 'tone-bad', waiting: 'tone-warn' }[fate]}`}
              >
                {fate}
              </span>{' '}
              {fate === 'waiting'
                ? `for ${output}, behind ${counted(before, 'other')}`
                : `${fate === 'delivered' ? 'to' : 'by'} ${output}`}
            </div>
          ))}
        </>
      )
  }
}

/** Where an event stands open on the screen of events. */
export const placeLink = (stage: string, service: string | null, partition: number, offset: number): string =>
  hashOf({
    screen: 'events',
    settings: { stage, service: service ?? '', open: [stage, service ?? '', partition, offset].join('/') },
  })
