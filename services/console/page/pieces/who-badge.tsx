// Who is signed in, as what, and the way out.

import type { WhoAmI } from '../../api/access-schema.ts'
import { ask } from '../api.ts'

const explained = {
  nobody: 'Nobody has to sign in: the console is open to this machine alone.',
  proxy: 'The proxy before the console has signed you in.',
  password: 'Signed in with a password.',
  oidc: 'Signed in by OpenID Connect.',
} as const

interface Props {
  readonly known: WhoAmI
  readonly onSignedOut: (known: WhoAmI) => void
}

export function WhoBadge({ known: { name, role, by, ends_at }, onSignedOut }: Props) {
  const signOut = async (): Promise<void> => onSignedOut(await ask<WhoAmI>('access', { method: 'DELETE' }))
  return (
    <span class={by === 'nobody' ? 'who who-open' : 'who'}>
      <span title={by === null ? undefined : explained[by]}>
        {by === 'nobody' ? 'no sign-in' : name} <span class="soft">({role})</span>
      </span>
      {ends_at !== null && (
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      )}
    </span>
  )
}
