import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EncryptJWT, UnsecuredJWT } from 'jose'
import { createTickets } from './tickets.ts'

const secret = 'a-secret-key-of-forty-characters-or-more'
const tickets = createTickets<{ name: string }>(secret, 'session')
const ticket = await tickets.seal({ name: 'anna' })
const changed = (at: number): string =>
  `${ticket.slice(0, at)}${ticket[at] === 'A' ? 'B' : 'A'}${ticket.slice(at + 1)}`
const strange = await new EncryptJWT({ name: 'root' })
  .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
  .encrypt(new Uint8Array(32))

test('what was sealed comes back, also after a restart with the same key, and cannot be read', async () => {
  deepEqual({ ...(await tickets.open(ticket)) }, { name: 'anna' })
  deepEqual({ ...(await createTickets(secret, 'session').open(ticket)) }, { name: 'anna' })
  equal(Buffer.from(ticket, 'base64url').includes('anna'), false)
})

test('while one key takes the place of another, tickets of both count', async () => {
  const next = createTickets<{ name: string }>(`a-new-one-of-thirty-two-characters!!!\n${secret}`, 'session')
  equal((await next.open(ticket))?.name, 'anna')
  equal((await next.open(await next.seal({ name: 'ben' })))?.name, 'ben')
  equal(await tickets.open(await next.seal({ name: 'ben' })), undefined)
})

for (const [name, forged] of [
  ['nothing', ''],
  ['any text', 'anna'],
  ['one with another first letter of its content', changed(ticket.length - 40)],
  ['one with another last letter', changed(ticket.length - 2)],
  ['one with another head', changed(3)],
  ['one of another key', strange],
  ['one that is not sealed', new UnsecuredJWT({ name: 'root' }).encode()],
  ['one for another use', await createTickets(secret, 'oidc').seal({ name: 'anna' })],
  ['one of a console without a key', await createTickets(undefined, 'session').seal({ name: 'anna' })],
] as const) {
  test(`${name} is no ticket`, async () => equal(await tickets.open(forged), undefined))
}
