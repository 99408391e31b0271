// Who somebody is: as the proxy says, by a session, or, on a machine that nobody else reaches, whoever asks.

import type { ConsoleSettings, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { hasSignIn } from '@podpipe/runtime/config/sign-in.ts'
import { isLoopback } from '@podpipe/runtime/config/values/networks.ts'
import type { LiveConfig } from '@podpipe/runtime/config/watched-config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import { proxied } from './proxied.ts'
import { createRevocations, type Revocations } from './revocations.ts'
import { type Person, seesContent } from './rights.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createStays, type Stays } from './stays.ts'

export interface Access {
  readonly sessions: Sessions
  readonly stays: Stays
  readonly revocations: Revocations
  /** @throws Refusal where it is known that this one is never let in */
  whoIs(request: FastifyRequest): Promise<Person | undefined>
}

export function createAccess(config: PodpipeConfig, live: LiveConfig): Access {
  const stays = createStays()
  const revocations = createRevocations(stays.endSession)
  const sessions = createSessions(config, live, revocations)
  let settings = live.current.console
  live.onChange(next => {
    if (JSON.stringify(settings) !== JSON.stringify(next.console)) stays.endAll()
    settings = next.console
  })
  return {
    sessions,
    stays,
    revocations,
    async whoIs(request) {
      const { console: settings } = live.current
      const named = proxied(request.headers, request.socket.remoteAddress ?? '', settings)
      if (named !== undefined) {
        const { name, role } = named
        if (role === undefined) throw noRole(name)
        return { name, role, by: 'proxy', seesContent: seesContent(role, settings.content) }
      }
      const person = await sessions.find(request)
      if (person !== undefined || !isOpen(settings)) return person
      if (!isLoopback(hostOf(request.host))) throw notHere(request.host)
      return {
        name: 'local',
        role: 'admin',
        by: 'nobody',
        seesContent: seesContent('admin', settings.content),
      }
    },
  }
}

/** Whether nobody has to sign in. Off the loopback that is never so, whatever the configuration has become. */
export const isOpen = (settings: ConsoleSettings): boolean =>
  !hasSignIn(settings) && isLoopback(settings.host)

/** @throws ConfigurationError where others would reach the console and nobody could sign in */
export function requireSignIn(settings: ConsoleSettings): void {
  if (hasSignIn(settings) || isLoopback(settings.host)) return
  throw new ConfigurationError(
    `console.host is ${settings.host}, which others than this machine reach, and there is no way to sign in, so that everybody could see and do everything. Name people under console.users (podpipe console hash-password makes the hash of a password), or set console.oidc, or console.proxy.user_header; docs/security.md tells each. Or set console.host: 127.0.0.1.`,
  )
}

// A page of another site can have its own name lead to 127.0.0.1; the browser then says that name.
const notHere = (host: string): Refusal =>
  new Refusal(403, {
    what: 'This console is for this machine only',
    where: `the address ${host}`,
    why: 'nobody has to sign in here, so only addresses of this machine itself are answered: localhost, 127.0.0.1, [::1]',
    fix: 'Open it as http://localhost with its port, or give it a way to sign in: console.users, console.oidc or console.proxy.',
  })

/** Somebody whose groups make no role. */
export const noRole = (name: string): Refusal =>
  new Refusal(403, {
    what: 'You are known, and not let in',
    where: name,
    why: 'none of your groups has a role here',
    fix: 'Ask an admin of podpipe to name one of your groups under console.groups.',
  })

const hostOf = (host: string): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '') : ''
