// Says that the page has lost the console, and what of it is old now.

import type { Connection } from '../live.ts'
import { clockTime } from '../words.ts'

export function ConnectionNotice({ connection, last }: { connection: Connection; last: string | undefined }) {
  return (
    <div role="status">
      {connection === 'lost' && (
        <p class="notice notice-bad">
          <strong>The console does not answer.</strong>{' '}
          {last === undefined ? 'Nothing has come from it yet.' : `What you see is from ${clockTime(last)}.`}{' '}
          This page tries again each second and goes on by itself. If it stays away, check that{' '}
          <code>podpipe run console</code> runs; events flow without it.
        </p>
      )}
    </div>
  )
}
