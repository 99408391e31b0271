// Where events go: by what each output is confirmed and what that promises, what waits, what may be doubled, what was
// refused, and how long its certificates last.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { OutputView } from '@podpipe/operations/picture/output-view.ts'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { Certificates } from '../pieces/certificates.tsx'
import { TroubleList } from '../pieces/trouble-list.tsx'
import { levelOf, promiseOf } from '../promises.ts'
import { count, counted, rate } from '../words.ts'
import type { ScreenProps } from './screens.ts'

export function Outputs({ picture }: ScreenProps) {
  if (picture === undefined) return <p class="empty">Waiting for the first picture of the services …</p>
  if (picture.views.length === 0) {
    return (
      <p class="empty">
        The configuration has no output. Add one under <code>outputs</code>; it is taken up without a restart.
      </p>
    )
  }
  return (
    <>
      {picture.views.map(view => (
        <OutputCard key={view.name} view={view} picture={picture} />
      ))}
    </>
  )
}

function OutputCard({ view, picture }: { view: OutputView; picture: Picture }) {
  const { name, enabled, address, kind, services, processes, connected } = view
  const troubles = picture.troubles.filter(
    ({ service, part }) =>
      (service === 'forwarder' && (part === name || part.startsWith(`${name} `))) ||
      part === `account of ${name}`,
  )
  return (
    <section class="card" aria-labelledby={`output-${name}`}>
      <header class="card-head">
        <h2 id={`output-${name}`}>
          {name} <small>{address === null ? kind : `${kind} ${address}`}</small>
        </h2>
        <State
          enabled={enabled}
          processes={processes}
          connected={connected}
          isIll={troubles.some(each => !each.isWarning)}
        />
      </header>
      {troubles.length > 0 && <TroubleList picture={{ ...picture, troubles }} />}
      <dl class="facts">
        <dt>Takes</dt>
        <dd>{services.join(', ')}</dd>
        <Confirmation view={view} />
        <Flow view={view} picture={picture} />
        <dt>May be doubled</dt>
        <dd>
          {counted(view.resent, 'event')} sent again since the start, because their connection ended without
          evidence: at most these does the peer have twice
        </dd>
        <dt>Refused</dt>
        <dd>
          {counted(view.rejected, 'event')} since the start
          {view.rejected > 0 && ', kept in the rejected topic with the reason'}
        </dd>
        {view.certificates.length > 0 && <Certificates certificates={view.certificates} />}
        {Object.values(view.endings).some(value => value > 0) && <Endings endings={view.endings} />}
      </dl>
    </section>
  )
}

function State({
  enabled,
  processes,
  connected,
  isIll,
}: {
  enabled: boolean
  processes: number
  connected: number
  isIll: boolean
}) {
  if (!enabled) return <span class="badge">○ disabled</span>
  if (processes === 0) return <span class="badge badge-down">■ no forwarder runs it</span>
  if (isIll) return <span class="badge badge-down">■ not delivering</span>
  return (
    <span class="badge badge-healthy">
      ● {connected > 0 ? 'connected' : 'ready, nothing to send'}
      {processes > 1 && `, ${connected} of ${processes} processes`}
    </span>
  )
}

function Confirmation({ view: { confirm, evidence, connections } }: { view: OutputView }) {
  return (
    <>
      <dt>Confirmed by</dt>
      <dd>
        {evidence.length === 0 && 'nothing yet'}
        {evidence.map(each => (
          <p key={each}>
            <code>{each}</code> {promiseOf(each)}
          </p>
        ))}
      </dd>
      {confirm !== null && (
        <>
          <dt>Asked for</dt>
          <dd>
            <code>confirm: {confirm}</code>, {levelOf(confirm)}, on up to {counted(connections, 'connection')}
          </dd>
        </>
      )}
    </>
  )
}

function Flow({ view, picture }: { view: OutputView; picture: Picture }) {
  const figures = picture.outputs.find(({ name }) => name === view.name)
  const account = picture.account?.outputs.find(({ name }) => name === view.name)
  const waiting = account?.waiting ?? figures?.lag ?? 0
  // Counted at another moment than those that wait, and each time that one is sent.
  const unproven = Math.min(waiting, view.unconfirmed)
  return (
    <>
      <dt>Delivers</dt>
      <dd>
        {rate(figures?.delivered ?? null)} events/s
        {account?.done != null && `, ${count(account.done)} of ${count(account.unique)} unique events so far`}
      </dd>
      <dt>Waiting</dt>
      <dd>
        {counted(waiting, 'event')}
        {figures !== undefined &&
          figures.lagSeconds > 0 &&
          `, the oldest for ${durationOf(figures.lagSeconds * 1_000)}`}
        {unproven > 0 && `; ${count(unproven)} of them are sent and await evidence`}
      </dd>
    </>
  )
}

const endings: Readonly<Record<string, string>> = {
  clean: 'with a close_notify',
  fin: 'with a FIN',
  bareFin: 'with a FIN alone',
  reset: 'by a reset',
  timeout: 'without an answer',
  error: 'by an error',
}

function Endings({ endings: counts }: { endings: OutputView['endings'] }) {
  const seen = Object.entries(counts).filter(([, value]) => value > 0)
  return (
    <>
      <dt>Connections ended</dt>
      <dd>{seen.map(([name, value]) => `${count(value)} ${endings[name] ?? name}`).join(', ')}</dd>
    </>
  )
}
