import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createAuthority } from './authority.ts'
import { startControl } from './control.ts'
import { startDevo } from './devo/devo.ts'
import { startProofpoint } from './proofpoint/proofpoint.ts'
import { devoRoutes, proofpointRoutes } from './routes.ts'

const authority = await createAuthority()
const certificates = { server: await authority.server(), chain: authority.chain }

async function proofpointControl(t: TestContext) {
  const proofpoint = await startProofpoint({ certificates, events: { audit: 5 } })
  const control = await startControl(0, proofpointRoutes(proofpoint))
  t.after(async () => {
    await control.close()
    await proofpoint.close()
  })
  return { proofpoint, url: control.url }
}

async function devoControl(t: TestContext) {
  const devo = await startDevo({ certificates })
  const control = await startControl(0, devoRoutes(devo))
  t.after(async () => {
    await control.close()
    await devo.close()
  })
  return { devo, url: control.url }
}

const post = (url: string, body = '') => fetch(url, { method: 'POST', body })

test('the counts can be read as JSON', async t => {
  const { proofpoint, url } = await proofpointControl(t)
  assert.deepEqual(await (await fetch(`${url}/stats`)).json(), JSON.parse(JSON.stringify(proofpoint.stats())))
  const { devo, url: other } = await devoControl(t)
  assert.deepEqual(await (await fetch(`${other}/stats`)).json(), JSON.parse(JSON.stringify(devo.stats())))
})

test('the ledger comes as lines of hash, type, kind and times sent', async t => {
  const { proofpoint, url } = await proofpointControl(t)
  proofpoint.ledger.record('audit', 'event', Buffer.from('a'))
  const text = await (await fetch(`${url}/ledger`)).text()
  assert.equal(text, 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb audit event 1\n')
})

test('commands reach the simulator', async t => {
  const { proofpoint, url } = await proofpointControl(t)
  await post(`${url}/pause`)
  assert.equal(proofpoint.stats().isPaused, true)
  await post(`${url}/resume`)
  assert.equal(proofpoint.stats().isPaused, false)
  await post(`${url}/offer?type=maillog`, '{"id":"x"}')
  assert.equal(proofpoint.progress().maillog.offered, 1)
  assert.deepEqual(await (await post(`${url}/drop?type=audit&how=close`)).json(), { dropped: 0 })
  assert.equal((await post(`${url}/admit`)).status, 200)
  for (const how of ['cut', '1012', 'random']) {
    assert.deepEqual(await (await post(`${url}/drop?how=${how}`)).json(), { dropped: 0 })
  }
  assert.deepEqual(await (await post(`${url}/interject?type=audit`, 'x')).json(), { sent: 0 })
  const { devo, url: other } = await devoControl(t)
  await post(`${other}/refuse`)
  await assert.rejects(fetch(`http://127.0.0.1:${devo.port}`), /fetch failed/)
  assert.equal((await post(`${other}/accept`)).status, 200)
})

for (const [path, status, message] of [
  ['/nothing', 404, /no POST \/nothing here. There are: GET \/stats/],
  ['/drop?how=kindly', 400, /how=kindly is none of random, reset, cut, vanish, close, 1000, .*1012/],
  ['/refuse?status=many', 400, /status=many is not a whole number/],
] as const) {
  test(`POST ${path} is answered with ${status} and what would be right`, async t => {
    const { url } = await proofpointControl(t)
    const response = await post(url + path)
    assert.equal(response.status, status)
    assert.match(await response.text(), message)
  })
}
