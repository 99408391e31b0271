// Whether anybody can sign in to the console. Pure.

import type { ConsoleSettings } from './config.ts'

/** What the question takes of the settings. */
export type SignInWays = Pick<ConsoleSettings, 'users' | 'oidc'> & {
  readonly proxy: Pick<ConsoleSettings['proxy'], 'userHeader'>
}

/** Whether there is a way to sign in; without one the console is open, on this machine alone. */
export const hasSignIn = ({ users, oidc, proxy }: SignInWays): boolean =>
  users.length > 0 || oidc !== undefined || proxy.userHeader !== undefined
