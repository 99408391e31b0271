// How far an attempt to connect has come, for whoever asks while it lasts: servers of names that do not answer, and a network that swallows
// what is sent, keep it silent for many seconds, and nothing fails meanwhile.

import { isIP, type Socket } from 'node:net'

export interface Attempt {
  /** What it waits for, as the reason for which there is no connection yet. */
  waitsFor(): Error
}

/**
 * Follows a socket from its making on.
 * @param host the name or the address that it goes to
 */
export function followAttempt(
  socket: Pick<Socket, 'once'>,
  { host, port }: { host: string; port: number },
): Attempt {
  let reason =
    isIP(host) === 0
      ? `the name ${host} has not been found yet: no server of names has answered`
      : `no answer from ${host}:${port} yet`
  socket.once('lookup', (error: Error | null, address: string) => {
    if (error === null) reason = `no answer from ${host}:${port} yet, whose address is ${address}`
  })
  socket.once('connect', () => {
    reason = `${host}:${port} has taken the connection and says nothing yet`
  })
  return { waitsFor: () => new Error(reason) }
}
