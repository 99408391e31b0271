// Secrets that an earlier key has sealed: told, and sealed anew at a click.

import { useState } from 'preact/hooks'
import type { RekeyedAnswer } from '../../api/collectors-schema.ts'
import { useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { counted } from '../words.ts'
import { Allowed } from './allowed.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

export function RekeyNotice({ names, onDone }: { names: readonly string[]; onDone: () => void }) {
  const [done, setDone] = useState<RekeyedAnswer>()
  const acting = useActing()
  const rekey = async (): Promise<void> => {
    await acting.act(async () =>
      setDone(await ask<RekeyedAnswer>('collectors/rekey', { method: 'POST', body: {} })),
    )
    onDone()
  }
  if (names.length === 0 && done === undefined) return null
  return (
    <Allowed right="admin">
      <div class="notice notice-warn" role="status">
        {names.length > 0 && (
          <p>
            <strong>An earlier key is still needed.</strong> Secrets of {names.join(', ')} are sealed with
            another key than the first one of <code>console.secret_key</code>.{' '}
            <button type="button" disabled={acting.isActing} onClick={rekey}>
              Seal them with the present key
            </button>
          </p>
        )}
        {done !== undefined && names.length === 0 && (
          <p>
            {counted(done.revisions, 'revision')} sealed anew. The earlier key can be taken out of{' '}
            <code>console.secret_key</code> of ingest and of the console.
          </p>
        )}
        {done?.left.map(({ name, revision, path, key_id }) => (
          <p key={`${name} ${revision} ${path}`}>
            {path} of {name}, revision {revision}, needs the key {key_id}, which is not here: set it behind
            the present one. Without it nobody can go back to that revision.
          </p>
        ))}
      </div>
      <RefusalNotice refused={acting.refused} />
    </Allowed>
  )
}
