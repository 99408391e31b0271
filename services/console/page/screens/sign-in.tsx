// Signing in: with a password, or by the issuer. Behind it the page stays where it was.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { OpenIdFailure, WhoAmI } from '../../api/access-schema.ts'
import type { RefusalBody } from '../../refusal.ts'
import { ask, Refused } from '../api.ts'
import { ThemeChoice } from '../pieces/theme-choice.tsx'
import { hashOf, type Place } from '../place.ts'
import '../styles/sign-in.css'

const failures: Readonly<Record<OpenIdFailure, string>> = {
  unreachable:
    'The issuer does not answer. Try again; if it stays, ask an admin: the log of the console says why.',
  stale: 'Signing in took too long, or was begun in another window. Try again.',
  refused:
    'The issuer did not let you in, or what it said does not hold. Try again; the log of the console says why.',
  'no-role': 'The issuer knows you, but none of your groups has a role here. Ask an admin of podpipe.',
}

interface Props {
  readonly known: WhoAmI
  /** Whether somebody was signed in before, whose session has ended. */
  readonly hasEnded: boolean
  /** Where one wants to go. */
  readonly place: Place
  /** Why signing in by the issuer failed, as the address said it. */
  readonly failed: string | undefined
  readonly onKnown: (known: WhoAmI) => void
}

export function SignIn({ known: { ways }, hasEnded, place, failed, onKnown }: Props) {
  const failure = Object.entries(failures).find(([name]) => name === failed)?.[1]
  useEffect(() => {
    document.title = 'Sign in · podpipe'
  }, [])
  return (
    <div class="sign-in">
      <header class="top">
        <span class="brand">podpipe</span>
        <span class="spacer" />
        <ThemeChoice />
      </header>
      <main class="card">
        <h1>Sign in</h1>
        {hasEnded && (
          <p class="notice notice-warn">Your session has ended. Sign in, and you are back where you were.</p>
        )}
        {failure !== undefined && (
          <p class="notice notice-bad" role="alert">
            {failure}
          </p>
        )}
        {ways.password && <PasswordForm onKnown={onKnown} />}
        {ways.oidc && (
          <p>
            <a class="button" href={`api/v1/access/oidc?place=${encodeURIComponent(hashOf(place))}`}>
              Sign in by OpenID Connect
            </a>
          </p>
        )}
        {ways.proxy && !ways.password && !ways.oidc && (
          <p>
            The proxy before this console signs people in, and it has named nobody. Open the console by the
            address of the proxy, and reload this page.
          </p>
        )}
      </main>
    </div>
  )
}

function PasswordForm({ onKnown }: Pick<Props, 'onKnown'>) {
  const [refusal, setRefusal] = useState<RefusalBody>()
  const [isAsking, setAsking] = useState(false)
  const name = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  useEffect(() => name.current?.focus(), [])

  async function signIn(event: Event): Promise<void> {
    event.preventDefault()
    setAsking(true)
    setRefusal(undefined)
    try {
      const body = { name: name.current?.value ?? '', password: password.current?.value ?? '' }
      onKnown(await ask<WhoAmI>('access', { method: 'POST', body }))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setRefusal(error.body)
      setAsking(false)
      password.current?.focus()
      password.current?.select()
    }
  }

  return (
    <form onSubmit={signIn}>
      <label>
        Name
        <input
          ref={name}
          name="name"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
      </label>
      <label>
        Password
        <input ref={password} name="password" type="password" autocomplete="current-password" required />
      </label>
      <div role="alert">
        {refusal !== undefined && (
          <p class="notice notice-bad">
            <strong>{refusal.what}.</strong> {refusal.fix}
          </p>
        )}
      </div>
      <button type="submit" class="primary" disabled={isAsking}>
        {isAsking ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  )
}
