import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from './errors.ts'
import { serveHttp } from './http.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createReadiness } from './readiness.ts'

const serve = async (t: { after(close: () => Promise<void>): void }, port = 0) => {
  const readiness = createReadiness('kafka', 'not connected yet')
  const server = await serveHttp({ bind: '127.0.0.1', port, metrics: createMetrics(), readiness })
  t.after(server.close)
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    return { status: response.status, body: await response.text() }
  }
  return { readiness, get, port: server.port }
}

test('health is about the process, readiness about its work, with the reason', async t => {
  const { readiness, get } = await serve(t)
  equal((await get('/healthz')).status, 200)
  const unready = await get('/readyz')
  equal(unready.status, 503)
  match(unready.body, /kafka: not connected yet/)
  readiness.set('kafka', undefined)
  equal((await get('/readyz')).status, 200)
})

test('the status has the reasons and what each part tells when it is asked', async t => {
  const { readiness, get } = await serve(t)
  let events = 1
  readiness.describe('devo_1', () => ({ events }))
  events = 2
  const reasons = ['kafka: not connected yet']
  deepEqual(JSON.parse((await get('/status')).body), {
    ready: false,
    reasons,
    parts: { devo_1: { events: 2 } },
  })
})

test('metrics are served in the Prometheus format', async t => {
  const { get } = await serve(t)
  match((await get('/metrics')).body, /# TYPE podpipe_ingest_received_total counter/)
})

test('anything else is refused', async t => {
  const { get } = await serve(t)
  equal((await get('/')).status, 404)
  equal((await get('/healthz', 'POST')).status, 405)
})

test('a port in use is a configuration error that says what to do', async t => {
  const { port } = await serve(t)
  await rejects(
    serveHttp({ bind: '127.0.0.1', port, metrics: createMetrics(), readiness: createReadiness('x', 'y') }),
    error =>
      error instanceof ConfigurationError &&
      error.message.includes(`127.0.0.1:${port}`) &&
      error.message.includes('--http-port'),
  )
})
