import { equal, match } from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { whyUnreachable } from './reachable.ts'

test('one broker that listens is enough, and where none does it is said why', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  equal(await whyUnreachable(['127.0.0.1:1', `127.0.0.1:${port}`]), undefined)
  match((await whyUnreachable(['127.0.0.1:1', 'localhost:1'])) ?? '', /ECONNREFUSED/)
})
