import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from './errors.ts'
import { serveHttp } from './http.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createReadiness } from './readiness.ts'

const trouble = { symptom: 'nothing comes', impact: 'events wait', cause: 'no answer', action: 'Look.' }

const serve = async (t: { after(close: () => Promise<void>): void }, port = 0) => {
  const readiness = createReadiness('kafka', trouble)
  const server = await serveHttp({
    service: 'dedup',
    bind: '127.0.0.1',
    port,
    metrics: createMetrics(),
    readiness,
  })
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
  match(unready.body, /^kafka: nothing comes: no answer\. Look\.$/m)
  readiness.set('kafka', undefined)
  equal((await get('/readyz')).status, 200)
})

test('the status has the troubles and what each part tells when it is asked', async t => {
  const { readiness, get } = await serve(t)
  let events = 1
  readiness.describe('devo_1', () => ({ events }))
  events = 2
  const { ready, service, troubles, parts } = JSON.parse((await get('/status')).body)
  deepEqual([ready, service, parts], [false, 'dedup', { devo_1: { events: 2 } }])
  const [{ since, ...shown }] = troubles
  deepEqual(shown, { part: 'kafka', ...trouble })
  ok(Math.abs(Date.parse(since) - Date.now()) < 60_000)
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
    serveHttp({
      service: 'dedup',
      bind: '127.0.0.1',
      port,
      metrics: createMetrics(),
      readiness: createReadiness('x', trouble),
    }),
    error =>
      error instanceof ConfigurationError &&
      error.message.includes(`127.0.0.1:${port}`) &&
      error.message.includes('--http-port'),
  )
})
