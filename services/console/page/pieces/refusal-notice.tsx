// What the console said when it did not do what it was asked.

import type { Refused } from '../api.ts'

export function RefusalNotice({ refused }: { refused: Refused }) {
  const { what, where, why, fix } = refused.body
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{what}</strong> ({where}): {why}.
      </p>
      <p>{fix}</p>
    </div>
  )
}
