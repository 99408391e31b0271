// What TLS is asked for, by the kind of address.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createSecureContext } from 'node:tls'
import type { ConnectionSettings } from './connection.ts'
import { secureOptions } from './secure-options.ts'

const settings: ConnectionSettings = {
  address: 'collector-eu.devo.io',
  port: 443,
  context: createSecureContext(),
  checkHostname: true,
  connectMs: 1,
  silenceMs: 1,
  session: undefined,
  onSession: () => {},
}

test('a name is sent as the server name and compared with the certificate', () => {
  const options = secureOptions(settings)
  equal(options.servername, 'collector-eu.devo.io')
  equal(options.host, 'collector-eu.devo.io')
  equal(options.checkServerIdentity, undefined)
})

for (const address of ['192.0.2.7', '2001:db8::7'])
  test(`the address ${address} is compared with the certificate and not sent as a server name`, () => {
    const options = secureOptions({ ...settings, address })
    equal(options.servername, undefined)
    equal(options.host, address)
  })

test('without the host name check the chain is still verified', () => {
  const options = secureOptions({ ...settings, checkHostname: false })
  equal(options.rejectUnauthorized, true)
  equal(typeof options.checkServerIdentity, 'function')
})
