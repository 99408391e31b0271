// What an event holds: laid out, as it was sent, and byte by byte. Always as text, whatever it says.

import type { EventShown } from '@podpipe/operations/events/one.ts'
import { useState } from 'preact/hooks'
import { pathOf } from '../asking.ts'
import { bytesIn, formatted, hexOf } from '../bytes.ts'
import { bytes } from '../words.ts'
import { CopyButton } from './copy-button.tsx'
import '../styles/event.css'

const forms = ['laid out', 'as sent', 'hex'] as const

type Form = (typeof forms)[number]

export function EventBytes({ event }: { event: EventShown }) {
  const { text, base64, isWhole, stage, service, partition, offset } = event
  const [chosen, setChosen] = useState<Form>('laid out')
  if (event.size === null) return null
  if (text === null || base64 === null) {
    return (
      <p class="empty">
        {bytes(event.size)}, not shown: this takes the right to see the content of events (
        <code>console.content</code>
        ).
      </p>
    )
  }
  const laidOut = isWhole ? formatted(text) : undefined
  const form = chosen === 'laid out' && laidOut === undefined ? 'as sent' : chosen
  const place = { stage, service: service ?? undefined, partition, offset }
  return (
    <section aria-label="Content">
      <div class="row">
        <fieldset class="choices">
          <legend class="hidden">How the content is shown</legend>
          {forms.map(each => (
            <button
              key={each}
              type="button"
              aria-pressed={each === form}
              disabled={each === 'laid out' && laidOut === undefined}
              onClick={() => setChosen(each)}
            >
              {each}
            </button>
          ))}
        </fieldset>
        <span class="soft">{bytes(event.size)}</span>
        <a href={`api/v1/${pathOf('event/bytes', place)}`} download>
          Download
        </a>
        {isWhole && <CopyButton text={text} what="the content" />}
      </div>
      {form === 'hex' ? (
        <Bytes text={hexOf(bytesIn(base64))} cut={event.size > 16 * 1024 ? 'the first 16 KiB' : undefined} />
      ) : (
        <Bytes
          text={form === 'as sent' ? text : (laidOut ?? text)}
          cut={isWhole ? undefined : 'the first 256 KiB'}
        />
      )}
    </section>
  )
}

function Bytes({ text, cut }: { text: string; cut: string | undefined }) {
  return (
    <>
      {/* It scrolls, so the keyboard has to reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls has to be reached by the keyboard */}
      <pre class="bytes" tabIndex={0}>
        {text}
      </pre>
      {cut !== undefined && <p class="soft">This is {cut}; Download has all of it.</p>}
    </>
  )
}
