// The small HTTP server of every service: /healthz for the process, /readyz for its work, /status for its parts, /metrics.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigurationError, reasonOf } from './errors.ts'
import type { Metrics } from './metrics/metrics.ts'
import { isReady, lineOf, type Readiness, type TroubleOf } from './readiness.ts'
import { version } from './version.ts'

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

/** What a service says of itself at /status. */
export interface ServiceStatus {
  readonly service: string
  readonly version: string
  readonly pid: number
  readonly ready: boolean
  readonly troubles: readonly TroubleOf[]
  /** What its parts tell, by their names. */
  readonly parts: Readonly<Record<string, object>>
}

// A part that is well again is shown as such.
function showTroubles(metrics: Metrics, readiness: Readiness): void {
  // A warning pages nobody.
  const parts = new Set(
    readiness.troubles().flatMap(({ part, isWarning = false }) => (isWarning ? [] : [part])),
  )
  for (const part of readiness.parts()) metrics.troubles.set({ part }, parts.has(part) ? 1 : 0)
}

function statusOf(service: string, readiness: Readiness): ServiceStatus {
  const troubles = readiness.troubles()
  const ready = isReady(troubles)
  return { service, version, pid: process.pid, ready, troubles, parts: readiness.descriptions() }
}

/**
 * Serves health and metrics.
 * @param options.port 0 for any free port
 * @throws ConfigurationError when the port is taken or the address is not this machine's
 */
export async function serveHttp(options: {
  service: string
  bind: string
  port: number
  metrics: Metrics
  readiness: Readiness
}): Promise<HttpServer> {
  const { service, bind, port, metrics, readiness } = options
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    }
    const path = request.url?.split('?')[0]
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'only GET\n')
    if (path === '/healthz') return answer(200, 'ok\n')
    if (path === '/readyz') {
      const troubles = readiness.troubles()
      const lines = troubles.map(each => `${lineOf(each)}\n`).join('')
      return isReady(troubles) ? answer(200, `ready\n${lines}`) : answer(503, lines)
    }
    if (path === '/status') {
      return answer(200, `${JSON.stringify(statusOf(service, readiness))}\n`, 'application/json')
    }
    if (path === '/metrics') {
      showTroubles(metrics, readiness)
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
