// npm run audit, against registries that answer one way and another.

import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const weakness = {
  ws: [
    {
      id: 1,
      url: 'https://advisories.test/1',
      title: 'Too many headers',
      severity: 'high',
      vulnerable_versions: '>=0.0.1',
      cwe: [],
      cvss: { score: 7, vectorString: null },
    },
  ],
}

async function audit(t: TestContext, status: number, answer: object) {
  const server = createServer((request, response) => {
    request.resume()
    const isAsked = request.url?.endsWith('/advisories/bulk')
    response.writeHead(isAsked ? status : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isAsked ? answer : {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const run = spawn(process.execPath, ['deploy/supply/audit.ts', '--registry', registry, '--audit'], {
    cwd: root,
  })
  let text = ''
  run.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  const [code] = await once(run, 'close')
  return { text, code }
}

test('a registry that knows of no weakness: good', async t => {
  const { text, code } = await audit(t, 200, {})
  equal(text, 'audit: no known weakness in what podpipe runs on\n')
  equal(code, 0)
})

test('a known weakness fails and is named, with what depends on it', async t => {
  const { text, code } = await audit(t, 200, weakness)
  match(text, /\n {2}ws .*: high: Too many headers, https:\/\/advisories\.test\/1\n/)
  equal(code, 1)
})

test('a registry that gives no such answer is told loudly, and fails nothing', async t => {
  const { text, code } = await audit(t, 405, {})
  match(text, /^audit: NOT DONE: .*405 Method Not Allowed/)
  equal(code, 0)
})
