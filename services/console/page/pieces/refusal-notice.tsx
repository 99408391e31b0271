// What the console said in place of an answer: what, where, why, and what to do.

import { useContext } from 'preact/hooks'
import { type Refused, Unanswered } from '../api.ts'
import { AwayNow } from '../live.ts'

export function RefusalNotice({ refused }: { refused: Refused | undefined }) {
  const away = useContext(AwayNow)
  if (refused === undefined) return null
  // The frame says it already, once for all of the page.
  const isSaid = refused instanceof Unanswered ? away.console : away.kafka && refused.status === 503
  if (isSaid && refused.isQuestion) return null
  const { what, where, why, fix } = refused.body
  return (
    <div role="alert" class="notice notice-bad">
      <p>
        <strong>{what}.</strong> {why} <span class="soft">({where})</span>
      </p>
      <p>{fix}</p>
    </div>
  )
}
