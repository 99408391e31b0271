// How TLS is asked for: verification always on, the name sent and compared as the settings say. Pure.

import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { SecureSettings } from '../connection/connection.ts'

/** The options of `tls.connect` for a peer, without the socket. */
export function secureOptions(address: string, settings: SecureSettings): ConnectionOptions {
  const { checkHostname, context, session } = settings
  return {
    host: address,
    secureContext: context,
    // Said here so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot turn verification off.
    rejectUnauthorized: true,
    // A server name must not be an address (RFC 6066, 3); the certificate is then compared with `host`.
    ...(isIP(address) === 0 && { servername: address }),
    ...(!checkHostname && { checkServerIdentity: () => undefined }),
    ...(session !== undefined && { session }),
  }
}
