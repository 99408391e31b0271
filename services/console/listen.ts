// Where the console listens, and why it cannot.

import { isIPv6 } from 'node:net'
import type { ConsoleSettings } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { FastifyInstance } from 'fastify'

/**
 * Listens.
 * @returns the address of the page, for a browser
 * @throws ConfigurationError when the port is taken or the address is not this machine's
 */
export async function listen(
  server: FastifyInstance,
  { host, port, basePath, tls }: ConsoleSettings,
): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    throw explained(error, host, port)
  }
  const address = server.server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `${tls === undefined ? 'http' : 'https'}://${isIPv6(name) ? `[${name}]` : name}:${bound}${basePath}`
}

function explained(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const what = `The console cannot listen on ${host}:${port}`
  if (code === 'EADDRINUSE') {
    return new ConfigurationError(
      `${what}: another process uses the port, perhaps a second podpipe. End that process, or choose another console.port in the configuration (0 = any free one).`,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES') {
    return new ConfigurationError(
      `${what} (${String(code)}): set console.host to an address of this machine and console.port to a port that this user may open.`,
    )
  }
  return error
}
