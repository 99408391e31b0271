// What a replay is to send, and what that would be, before it begins.

import type { ReplayOffer } from '@podpipe/operations/replay/replays.ts'
import { useState } from 'preact/hooks'
import { useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { settle } from '../navigation.ts'
import { counted, utc } from '../words.ts'
import { KindChoice } from './kind-choice.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import { TimeRange } from './time-range.tsx'
import '../styles/filters.css'

export interface ReplayFormProps {
  readonly kinds: readonly string[]
  readonly outputs: readonly string[]
  readonly settings: Readonly<Record<string, string>>
  readonly onBegun: () => void
}

type Body = Readonly<Record<string, string | number | readonly string[]>>

export function ReplayForm({ kinds, outputs, settings, onBegun }: ReplayFormProps) {
  const { output = '', service = '', from = '', to = '', ids = '', rate = '', name = '' } = settings
  const [offer, setOffer] = useState<{ offer: ReplayOffer; body: Body }>()
  const looking = useActing()
  const beginning = useActing()
  const preview = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const names = ['output', 'service', 'from', 'to', 'ids', 'rate', 'name']
    const next = Object.fromEntries(names.map(name => [name, String(given.get(name) ?? '').trim()]))
    settle(next)
    setOffer(undefined)
    beginning.clear()
    const body = bodyOf(next)
    await looking.act(async () =>
      setOffer({ offer: await ask<ReplayOffer>('replays/preview', { method: 'POST', body }), body }),
    )
  }
  const begin = async (): Promise<void> => {
    const isBegun = await beginning.act(async () => {
      await ask('replays', { method: 'POST', body: offer?.body })
    })
    if (!isBegun) return
    setOffer(undefined)
    onBegun()
  }
  return (
    <section class="card" aria-label="New replay">
      <form class="filters" onSubmit={preview} onInput={() => setOffer(undefined)}>
        <label>
          <span>Output</span>
          <select name="output" key={`${outputs.join(' ')} ${output}`} defaultValue={output} required>
            {outputs.map(each => (
              <option key={each} value={each} selected={each === output}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <KindChoice kinds={kinds} value={service} />
        <TimeRange from={from} to={to} isRequired={true} />
        <label>
          <span>Only these ids, one a line</span>
          <textarea
            name="ids"
            key={ids}
            defaultValue={ids}
            rows={Math.min(5, ids.split('\n').length)}
            placeholder="every event"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <label>
          <span>Events a second at most</span>
          <input
            name="rate"
            key={rate}
            defaultValue={rate}
            inputMode="numeric"
            pattern="[1-9][0-9]{0,8}"
            title="a whole number from 1 on"
            placeholder="as fast as it takes them"
            autocomplete="off"
          />
        </label>
        <label>
          <span>Name</span>
          <input
            name="name"
            key={name}
            defaultValue={name}
            pattern="[A-Za-z0-9_\-]{1,60}"
            title="1 to 60 letters, digits, - and _"
            placeholder="after output and range"
            autocomplete="off"
          />
        </label>
        <button type="submit" disabled={looking.isActing}>
          {looking.isActing ? 'Looking …' : 'Preview'}
        </button>
      </form>
      <RefusalNotice refused={looking.refused ?? beginning.refused} />
      {offer !== undefined && (
        <>
          <OfferText offer={offer.offer} />
          <div class="row">
            <button type="button" class="primary" disabled={beginning.isActing} onClick={begin}>
              {beginning.isActing ? 'Starting …' : 'Start this replay'}
            </button>
            <button type="button" onClick={() => setOffer(undefined)}>
              Cancel
            </button>
          </div>
        </>
      )}
    </section>
  )
}

function OfferText({ offer }: { offer: ReplayOffer }) {
  const {
    name,
    output,
    address,
    port,
    tls,
    from,
    to,
    ids,
    events,
    records,
    recordsByService,
    confirmed,
    rate,
    said,
  } = offer
  const kinds = Object.entries(recordsByService)
    .map(([kind, each]) => `${kind} ${each.toLocaleString('en-US')}`)
    .join(', ')
  return (
    <div role="status">
      <p>
        <strong>
          {events === null
            ? ids.length === 0
              ? `At most ${counted(records, 'event')}`
              : `Those of ${counted(ids.length, 'id')} among at most ${counted(records, 'event')}`
            : counted(events, 'event')}
        </strong>{' '}
        ({events === null ? kinds : `among ${counted(records, 'record')}: ${kinds}`}) that Kafka received from{' '}
        {utc(from)} to {utc(to)} UTC would be sent to {output} ({address}:{port}, {tls ? 'TLS' : 'plain TCP'})
        beside the live ones
        {rate === null ? '' : `, ${counted(rate, 'event')} a second at most`}. Those that it has already it
        would then have twice.
      </p>
      {confirmed > 0 && (
        <p>{counted(confirmed, 'event')} are confirmed from earlier runs, and not sent again.</p>
      )}
      {said.map(sentence => (
        <p key={sentence} class="notice notice-warn">
          {sentence}
        </p>
      ))}
      <p class="soft">
        On a terminal it is <code>podpipe replay --resume {name}</code> once it has begun.
      </p>
    </div>
  )
}

function bodyOf({ ids = '', rate = '', ...given }: Readonly<Record<string, string>>): Body {
  // An id may hold blanks and commas, but no end of a line.
  const lines = ids
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    ...(lines.length > 0 && { ids: lines }),
    ...(rate !== '' && { rate: Number(rate) }),
  }
}
