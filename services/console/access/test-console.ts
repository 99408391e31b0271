// A console with people of every role, for tests of who may do what.

import { randomBytes, scryptSync } from 'node:crypto'
import type { ConsoleSettings } from '@podpipe/runtime/config/config.ts'
import { scryptText } from '@podpipe/runtime/config/values/password-hash.ts'
import type { FastifyInstance } from 'fastify'
import { createServer } from '../server.ts'
import { type TestRoom, testRoom } from '../test-room.ts'
import { ownHeader } from './foreign.ts'

export interface TestConsole extends TestRoom {
  readonly server: FastifyInstance
  /** @returns the cookie of a session; undefined where the password is wrong */
  signIn(name: string, password?: string): Promise<string | undefined>
}

// The mildest cost that the configuration takes.
const cost = { ln: 14, r: 8, p: 1 }

export function hashFor(password: string): string {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32, {
    N: 2 ** cost.ln,
    r: cost.r,
    p: cost.p,
    maxmem: 64 * 1024 * 1024,
  })
  return scryptText({ ...cost, salt, hash })
}

/** Each has a name that is also the password. */
export const people = (['viewer', 'operator', 'admin'] as const).map(role => ({
  name: role,
  role,
  passwordHash: hashFor(role),
}))

export const own = { [ownHeader]: '1' }

/** Serves a console in which everybody of `people` can sign in. */
export async function testConsole(
  t: { after(end: () => Promise<void>): void },
  settings: Partial<ConsoleSettings> = {},
): Promise<TestConsole> {
  const made = testRoom({ users: people, ...settings })
  const server = await createServer(made.room)
  await server.ready()
  t.after(async () => server.close())
  return {
    ...made,
    server,
    async signIn(name, password = name) {
      const { basePath } = made.room.config.console
      const { cookies } = await server.inject({
        method: 'POST',
        url: `${basePath}api/v1/access`,
        headers: own,
        payload: { name, password },
      })
      const [cookie] = cookies
      return cookie === undefined ? undefined : `${cookie.name}=${cookie.value}`
    },
  }
}
