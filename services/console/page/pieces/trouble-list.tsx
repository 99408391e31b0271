// What is not well, in words: what is to be seen, what it means, why, and what to do.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { Moment } from './moment.tsx'
import { Said } from './said.tsx'
import '../styles/troubles.css'

export function TroubleList({ picture }: { picture: Picture }) {
  const { troubles, at } = picture
  if (troubles.length === 0) {
    return (
      <p class="well">
        <span aria-hidden="true">✓</span> Nothing is wrong that any service knows of.
      </p>
    )
  }
  return (
    <ul class="plain troubles">
      {troubles.map(({ service, part, symptom, impact, cause, action, since, isWarning = false }) => (
        <li key={`${service} ${part} ${symptom}`} class={isWarning ? 'trouble trouble-warn' : 'trouble'}>
          <h3>
            <span aria-hidden="true">{isWarning ? '▲' : '■'}</span> {service} · {part}: {symptom}
          </h3>
          <p class="since">
            since <Moment at={since} />, for {durationOf(Date.parse(at) - Date.parse(since))}
          </p>
          <dl>
            <dt>What it means</dt>
            <dd>
              <Said text={impact} />
            </dd>
            <dt>Why</dt>
            <dd>
              <Said text={cause} />
            </dd>
            <dt>What to do</dt>
            <dd>
              <Said text={action} />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  )
}
