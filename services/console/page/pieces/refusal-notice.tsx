// What the console said in place of an answer: what, where, why, and what to do.

import type { Refused } from '../api.ts'

export function RefusalNotice({ refused }: { refused: Refused | undefined }) {
  if (refused === undefined) return null
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
