// What a change does, said before it is done.

import type { PreviewAnswer } from '../../api/collectors-schema.ts'
import { count } from '../words.ts'
import '../styles/changes.css'

const signs = { starts: '▶', restarts: '↻', stops: '■' } as const

export function EffectList({ effects }: { effects: PreviewAnswer['effects'] }) {
  const { sessions, live, undisturbed } = effects
  return (
    <ul class="plain" aria-label="What will happen">
      {sessions.map(({ session, what }) => (
        <li key={session}>
          <span aria-hidden="true">{signs[what]}</span> The session <strong>{session}</strong> {what}
          {what === 'restarts' && ': it closes in order and opens anew; nothing is lost'}
          {what === 'stops' && ': it closes in order; its position stays'}.
        </li>
      ))}
      {live.map(key => (
        <li key={key}>
          <span aria-hidden="true">•</span> <code>{key}</code> counts from the next event or connection on; no
          session is touched.
        </li>
      ))}
      <li class="soft">
        <span aria-hidden="true">=</span>{' '}
        {undisturbed === 0
          ? 'No other session runs.'
          : `${count(undisturbed)} ${undisturbed === 1 ? 'session goes' : 'sessions go'} on undisturbed.`}
      </li>
    </ul>
  )
}
