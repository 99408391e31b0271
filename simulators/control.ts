// A small HTTP server on loopback through which another process commands a simulator and reads its counts.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** `lines` is sent as text, one line each; anything else as JSON. */
export type ControlAnswer = { lines: Iterable<string> } | object | number | null

/** What to do for a method and path such as `GET /stats`. A RangeError is answered with 400 and its message. */
export type ControlRoutes = Readonly<
  Record<string, (query: URLSearchParams, body: Buffer) => ControlAnswer | Promise<ControlAnswer>>
>

export interface Control {
  /** http://127.0.0.1:PORT */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts the server.
 * @param port 0 for any free one
 * @throws the system's error when the port cannot be bound
 */
export async function startControl(port: number, routes: ControlRoutes): Promise<Control> {
  const server = createServer((request, response) => {
    answer(request, response, routes).catch(error => response.destroy(error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: ControlRoutes,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const name = `${request.method} ${url.pathname}`
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined
  if (!route) {
    return fail(response, 404, `There is no ${name} here. There are: ${Object.keys(routes).join(', ')}.`)
  }
  let result: ControlAnswer
  try {
    result = await route(url.searchParams, Buffer.concat(chunks))
  } catch (error) {
    if (error instanceof RangeError) return fail(response, 400, error.message)
    throw error
  }
  if (typeof result === 'object' && result !== null && 'lines' in result) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
    await pipeline(Readable.from(withLineEnds(result.lines)), response)
  } else {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(result)}\n`)
  }
}

function fail(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}

function* withLineEnds(lines: Iterable<string>): Iterable<string> {
  for (const line of lines) yield `${line}\n`
}
