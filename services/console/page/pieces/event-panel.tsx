// One event, opened: where it lies, what its fields say, what it holds, and its way.

import type { EventShown } from '@podpipe/operations/events/one.ts'
import { pathOf, useAsked } from '../asking.ts'
import { CopyButton } from './copy-button.tsx'
import { EventBytes } from './event-bytes.tsx'
import { EventWay, placeLink } from './event-way.tsx'
import { Moment } from './moment.tsx'
import { OpenedTitle } from './opened-title.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

export interface EventPanelProps {
  /** `stage/kind/partition/offset`, as it stands in the address. */
  readonly open: string
  readonly onClose: () => void
}

export function EventPanel({ open, onClose }: EventPanelProps) {
  const [stage = '', service = '', partition = '', offset = ''] = open.split('/')
  const { answer, refused } = useAsked<EventShown>(pathOf('event', { stage, service, partition, offset }))
  return (
    <aside class="card panel" aria-label="Opened event">
      <div class="row">
        <OpenedTitle of={open}>
          {stage} {service} {partition}/{offset}
        </OpenedTitle>
        <span class="spacer" />
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      <RefusalNotice refused={refused} />
      {answer === undefined && refused === undefined && <p class="empty">Reading it …</p>}
      {answer !== undefined && <Opened key={open} event={answer} />}
    </aside>
  )
}

function Opened({ event }: { event: EventShown }) {
  const { topic, partition, offset, time, fields, stage, service } = event
  const id = typeof fields.id === 'string' ? fields.id : undefined
  return (
    <>
      <dl class="facts">
        <dt>topic</dt>
        <dd>
          {topic}, partition {partition}, offset {offset}
        </dd>
        <dt>received</dt>
        <dd>
          <Moment at={time} isUtc /> UTC, when Kafka had the raw record
        </dd>
        {Object.entries(fields).map(([name, value]) =>
          value === null ? null : (
            <>
              <dt>{name.replaceAll('_', ' ')}</dt>
              <dd>
                {name === 'origin' ? <Origin origin={String(value)} service={service} /> : String(value)}
                {name === 'id' && <CopyButton text={String(value)} what="the id" />}
              </dd>
            </>
          ),
        )}
      </dl>
      <EventBytes event={event} />
      {id !== undefined && service !== null && (stage === 'raw' || stage === 'unique') && (
        <EventWay id={id} service={service} time={time} />
      )}
    </>
  )
}

/** The record that was rejected: `pod.raw.message 2/15`. */
function Origin({ origin, service }: { origin: string; service: string | null }) {
  const [, stage = '', partition = '', offset = ''] = /\.(raw|unique)\.\S+ (\d+)\/(\d+)$/.exec(origin) ?? []
  if (service === null || stage === '') return <>{origin}</>
  return <a href={placeLink(stage, service, Number(partition), Number(offset))}>{origin}</a>
}
