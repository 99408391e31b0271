// What TLS is asked for, by the kind of address.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createSecureContext } from 'node:tls'
import type { SecureSettings } from '../connection/connection.ts'
import { secureOptions } from './secure-options.ts'

const address = 'collector-eu.devo.io'

const settings: SecureSettings = {
  context: createSecureContext(),
  checkHostname: true,
  session: undefined,
  onSession: () => {},
}

test('a name is sent as the server name and compared with the certificate', () => {
  const options = secureOptions(address, settings)
  equal(options.servername, 'collector-eu.devo.io')
  equal(options.host, 'collector-eu.devo.io')
  equal(options.checkServerIdentity, undefined)
})

for (const ip of ['192.0.2.7', '2001:db8::7'])
  test(`the address ${ip} is compared with the certificate and not sent as a server name`, () => {
    const options = secureOptions(ip, settings)
    equal(options.servername, undefined)
    equal(options.host, ip)
  })

test('without the host name check the chain is still verified', () => {
  const options = secureOptions(address, { ...settings, checkHostname: false })
  equal(options.rejectUnauthorized, true)
  equal(typeof options.checkServerIdentity, 'function')
})
