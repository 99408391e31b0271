// The peer of an output: a connection and, over TLS, a handshake in which both sides show their certificates. No event
// is written.

import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection } from '@podpipe/forwarder/connection/peer-connection.ts'
import { adviceFor } from '@podpipe/forwarder/tls/tls-faults.ts'
import { createClientContext, readTlsMaterial } from '@podpipe/forwarder/tls/tls-material.ts'
import type { PlainOutput, TlsOutput } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { bad, type Check, good } from './check.ts'

const connectMs = 10_000
const silenceMs = 5_000
/** That a refusal behind the handshake may take, in milliseconds. A check has the time; the connections of events do not wait so long. */
const refusalMs = 500

/** Connects to the peer, ends the connection in order, and says how it took that. */
export async function checkPeer(output: TlsOutput | PlainOutput): Promise<Check> {
  const { name, address, port } = output
  const part = `outputs.${name}`
  let secure: Parameters<typeof openConnection>[0]['secure']
  try {
    secure = output.kind === 'tls' ? secureFor(output) : undefined
  } catch (error) {
    if (error instanceof ConfigurationError) return bad(part, error.message)
    throw error
  }
  const connection = openConnection({
    address,
    port,
    ...(secure !== undefined && { secure }),
    connectMs,
    silenceMs,
    needsAcknowledgements: () => false,
  })
  // With TLS 1.3 a client certificate is refused behind the handshake; a peer that takes it lets us end the stream.
  if (await connection.opened) {
    await Promise.race([connection.ended, sleep(refusalMs, undefined, { ref: false })])
    connection.halfClose()
  }
  const end = await connection.ended
  const what =
    secure === undefined
      ? `${address}:${port} takes connections`
      : `${address}:${port} takes the certificate, and its own verifies`
  if (
    end.stage === 'closing' &&
    (end.ending === 'clean' || end.ending === 'fin' || end.ending === 'bare_fin')
  )
    return good(part, what)
  if (end.stage === 'closing' && end.ending === 'timeout') {
    return good(
      part,
      `${what}; it does not answer the end of the stream, so events are confirmed by weaker evidence (docs/confirmation.md)`,
    )
  }
  if (end.stage === 'open' && secure !== undefined) {
    return bad(
      part,
      `${address}:${port}: ${end.reason}, right behind the handshake: most likely it refuses the client certificate; check that cert and key belong to this Devo domain and are not expired or revoked`,
    )
  }
  return bad(part, `${address}:${port}: ${end.reason}. ${adviceFor(end).text}`)
}

const secureFor = (output: TlsOutput) => ({
  context: createClientContext(readTlsMaterial(output), output),
  checkHostname: output.checkHostname,
  session: undefined,
  onSession: () => undefined,
})
