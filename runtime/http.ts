// The small HTTP server of every service: /healthz for the process, /readyz for its work, /status for its parts, /metrics.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigurationError, reasonOf } from './errors.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Readiness } from './readiness.ts'

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves health and metrics.
 * @param options.port 0 for any free port
 * @throws ConfigurationError when the port is taken or the address is not this machine's
 */
export async function serveHttp(options: {
  bind: string
  port: number
  metrics: Metrics
  readiness: Readiness
}): Promise<HttpServer> {
  const { bind, port, metrics, readiness } = options
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    }
    const path = request.url?.split('?')[0]
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'only GET\n')
    if (path === '/healthz') return answer(200, 'ok\n')
    if (path === '/readyz') {
      const reasons = readiness.reasons()
      return reasons.length === 0 ? answer(200, 'ready\n') : answer(503, `${reasons.join('\n')}\n`)
    }
    if (path === '/status') {
      const reasons = readiness.reasons()
      const status = { ready: reasons.length === 0, reasons, parts: readiness.descriptions() }
      return answer(200, `${JSON.stringify(status)}\n`, 'application/json')
    }
    if (path === '/metrics') {
      // A scrape that fails is answered as one; thrown, it would end the process that it looks at.
      metrics.registry.metrics().then(
        text => answer(200, text, metrics.registry.contentType),
        error => answer(500, `the metrics cannot be collected: ${reasonOf(error)}\n`),
      )
      return
    }
    return answer(404, 'there is /healthz, /readyz, /status and /metrics\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, bind, port)))
    server.listen(port, bind, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function explain(error: NodeJS.ErrnoException, bind: string, port: number): Error {
  const what = `The health and metrics endpoint cannot listen on ${bind}:${port}`
  if (error.code === 'EADDRINUSE') {
    return new ConfigurationError(
      `${what}: another process uses the port, perhaps a second podpipe. End that process, or choose another port with --http-port (0 = any free one) or under http in the configuration.`,
    )
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EACCES') {
    return new ConfigurationError(
      `${what} (${error.code}): set http.bind to an address of this machine and a port that this user may open.`,
    )
  }
  return error
}
