// The account of what flows, drawn: a bar for what came in, divided into what became of it. What is missing is a gap in the bar
// that cannot be overlooked, and is said.

import type { Account } from '@podpipe/operations/picture/account.ts'
import { count } from '../words.ts'
import { Moment } from './moment.tsx'
import '../styles/law.css'

interface Part {
  readonly name: string
  readonly value: number
  readonly kind: 'through' | 'same' | 'refused' | 'waits' | 'missing'
}

export function Balance({ account }: { account: Account | null }) {
  if (account === null) return <p class="empty">The totals have not been read from Kafka yet.</p>
  const { received, unique, duplicate, rejected, undecided, missing, outputs, at } = account
  return (
    <>
      <Law
        whole={{ name: 'received', value: received }}
        parts={[
          { name: 'unique', value: unique, kind: 'through' },
          { name: 'duplicate', value: duplicate, kind: 'same' },
          { name: 'rejected', value: rejected, kind: 'refused' },
          { name: 'waiting', value: undecided, kind: 'waits' },
        ]}
        missing={missing}
      />
      {outputs.map(output =>
        output.done === null || output.waiting === null ? (
          <p key={output.name} class="law-unknown">
            <strong>{output.name}</strong> began behind the first event; what it has delivered of all is known
            once it has caught up. {count(output.waitingAtMost)} records wait at most.
          </p>
        ) : (
          <Law
            key={output.name}
            whole={{ name: 'unique', value: output.unique }}
            parts={[
              { name: `delivered to ${output.name}`, value: output.done, kind: 'through' },
              { name: 'waiting', value: output.waiting, kind: 'waits' },
            ]}
            missing={output.missing}
          />
        ),
      )}
      <p class="since">
        Whatever was received has to be in one of these places. Totals in Kafka since the topics were made,
        read at <Moment at={at} />.
      </p>
    </>
  )
}

function Law({
  whole,
  parts,
  missing,
}: {
  whole: { readonly name: string; readonly value: number }
  parts: readonly Part[]
  missing: number
}) {
  const closes = missing === 0
  const all: readonly Part[] =
    missing > 0 ? [...parts, { name: 'missing', value: missing, kind: 'missing' }] : parts
  const sum = Math.max(
    1,
    all.reduce((total, { value }) => total + value, 0),
  )
  return (
    <figure class={closes ? 'law' : 'law law-broken'}>
      <figcaption>
        <span>
          {whole.name} <strong>{count(whole.value)}</strong>
        </span>{' '}
        <span class="law-sign">{closes ? '=' : '≠'}</span>{' '}
        {parts.map(({ name, value, kind }, at) => (
          <span key={name}>
            {at > 0 && '+ '}
            <span class={`key key-${kind}`} aria-hidden="true" /> {name} <strong>{count(value)}</strong>{' '}
          </span>
        ))}
        <span class={closes ? 'tone tone-good' : 'tone tone-bad'}>
          {closes
            ? '✓ it closes'
            : missing > 0
              ? `■ ${count(missing)} missing`
              : `■ ${count(-missing)} too many`}
        </span>
      </figcaption>
      <div class="bar" aria-hidden="true">
        {all
          .filter(({ value }) => value > 0)
          .map(({ name, value, kind }) => (
            <span key={name} class={`slice slice-${kind}`} style={{ flexGrow: value / sum }} />
          ))}
      </div>
    </figure>
  )
}
