// Who comes in, in a real browser: signing in, what one may, a session that ends, too many guesses, the issuer.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { hashFor, own, people } from '@podpipe/console/access/test-console.ts'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import type { Chain } from '@podpipe/demo/chain.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Page } from 'playwright-core'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { untilServed } from '../kit/chains/watched-chain.ts'
import { eventually } from '../kit/eventually.ts'
import { axeFindings } from '../kit/screens/axe.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/screens/browser.ts'
import { startIssuer } from '../kit/screens/issuer.ts'

after(closeBrowser)

const users = Object.fromEntries(
  people.map(({ name, role, passwordHash }) => [name, { role, password_hash: passwordHash }]),
)
const changed = 'another password'
const allNames = ['Activity', 'Flow', 'Outputs']

/** One record that could not go on. */
async function keepReject(t: TestContext, chain: Chain): Promise<void> {
  const { topics, client, close } = await chain.topics()
  atEnd(t, close)
  const producer = await createProducer(client)
  atEnd(t, producer.close)
  const { name: topic } = topics.raw('message')
  const value = topics.rejected.codec.encode({
    ...{ topic, partition: 0, offset: 0, reason: 'not_json', error: 'made for this test' },
    bytes: Buffer.from('junk'),
  })
  await producer.send([{ topic: topics.rejected.name, partition: 0, key: `${topic}/0/0`, value }])
}

const ask = (url: string, method: string, cookie: string, body?: object): Promise<Response> =>
  fetch(`${url}api/v1/access`, {
    method,
    headers: { ...own, cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

/** A second replica of the console of a chain, at another port. */
async function secondConsole(t: TestContext, { configFile, trust }: Chain, url: string): Promise<string> {
  const [page = 0, status = 0] = await freePorts(2)
  const other = url.replace(new URL(url).port, String(page))
  const text = (await readFile(configFile, 'utf8'))
    .replace(`port: ${new URL(url).port}`, `port: ${page}`)
    .replace(/console_port: \d+/, `console_port: ${status}`)
  const file = configFile.replace(/\.yaml$/, '-2.yaml')
  await writeFile(file, text)
  const logFile = join(dirname(configFile), 'console-2.log')
  const started = startPodpipe('console', ['run', 'console', '--config', file], { logFile, trust, env: {} })
  t.after(() => started.stop())
  await untilServed(other)
  return other
}

async function signIn(page: Page, name: string, password = name): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const links = async (page: Page): Promise<string[]> =>
  (await page.getByRole('navigation').getByRole('link').allTextContents())
    .filter(each => allNames.includes(each))
    .sort()

test('a console that people sign in to', { skip: withoutChromium }, async t => {
  if (needsBuild()) await buildPage()
  let url = ''
  // Its client is registered for one address, which the chain chooses.
  const issuer = await startIssuer(t, () => `${url}api/v1/access/oidc/callback`)
  const { issuer: name, client_id, client_secret } = issuer.settings
  const chain = await testChain(t, {
    console: true,
    moreConsole: address => ({
      users,
      public_url: address,
      oidc: { issuer: name, client_id, client_secret },
    }),
  })
  url = chain.consoleUrl ?? ''
  chain.start('console')
  await untilServed(url)

  await t.test('a wrong password is told; the right one leads to where one wanted to go', async t => {
    const page = await openPage(t, `${url}#/outputs`)
    await signIn(page, 'viewer', 'wrong')
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor()
    await signIn(page, 'viewer')
    await page.getByRole('heading', { name: 'Outputs' }).waitFor()
    equal(new URL(page.url()).hash, '#/outputs')
    await page.getByText('viewer (viewer)').waitFor()

    // What a viewer may not is not offered, and refused to who asks all the same.
    deepEqual(await links(page), ['Flow', 'Outputs'])
    await page.goto(`${url}#/activity`)
    await page.getByText('This screen is for admins.').waitFor()
    equal(await page.evaluate(async () => (await fetch('api/v1/activity')).status), 403)
    equal(await page.evaluate('document.cookie'), '')
  })

  await t.test('a viewer is offered nothing that only others may do', async t => {
    await keepReject(t, chain)
    const page = await openPage(t, url)
    await signIn(page, 'viewer')
    const offered = page.getByRole('button', {
      name: /Send|Stop|Preview|Start|Pause|Resume|End|Add|Edit|Enable|Disable|Remove|Roll back/,
    })
    for (const [place, sign] of [
      ['rejected', 'The newest'],
      ['replay', 'Operators and admins can begin a replay here.'],
      ['collectors?name=proofpoint_on_demand', 'It stands in the configuration file'],
    ] as const) {
      await page.goto(`${url}#/${place}`)
      await page.getByText(sign, { exact: place === 'rejected' }).waitFor()
      deepEqual(await offered.allTextContents(), [], place)
    }
    await page.goto(`${url}#/rejected`)
    await page.getByRole('button', { name: '0', exact: true }).waitFor()
    // Of the boxes only the one of the filter.
    equal(await page.getByRole('checkbox').count(), 1)
  })

  await t.test('a session that ends leads to the sign-in, and back to the same place', async t => {
    const page = await openPage(t, `${url}#/outputs`)
    await signIn(page, 'admin')
    await page.getByRole('heading', { name: 'Outputs' }).waitFor()
    const text = await readFile(chain.configFile, 'utf8')
    const old = users.admin?.password_hash ?? ''
    ok(text.includes(old))
    await writeFile(chain.configFile, text.replace(old, hashFor(changed)))
    await page.getByText('Your session has ended.').waitFor()
    await signIn(page, 'admin', changed)
    await page.getByRole('heading', { name: 'Outputs' }).waitFor()

    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('cell', { name: 'done' }).first().waitFor()
    await page.getByRole('cell', { name: 'refused' }).first().waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    equal(await page.getByText('Your session has ended.').count(), 0)
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  await t.test('who signs out is out at every console, and behind a restart', async t => {
    const other = await secondConsole(t, chain, url)
    const enter = async (): Promise<string> => {
      const response = await ask(url, 'POST', '', { name: 'viewer', password: 'viewer' })
      return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    }
    const status = async (at: string, cookie: string) =>
      (await fetch(`${at}api/v1/about`, { headers: { cookie } })).status
    const [out, stays] = [await enter(), await enter()]
    deepEqual([await status(other, out), await status(other, stays)], [200, 200])
    equal((await ask(url, 'DELETE', out)).status, 200)
    await eventually('the other console knows', async () => (await status(other, out)) === 401 || undefined)
    await chain.process('console').kill()
    chain.start('console')
    await untilServed(url)
    deepEqual([await status(url, out), await status(url, stays), await status(other, stays)], [401, 200, 200])
  })

  await t.test('the issuer signs in, over another site and back', async t => {
    const page = await openPage(t, `${url}#/outputs`)
    issuer.person = { name: 'ben', groups: ['nothing'] }
    await page.getByRole('link', { name: 'Sign in by OpenID Connect' }).click()
    await page.getByText('none of your groups has a role here').waitFor()
    issuer.person = { name: 'ben', groups: ['podpipe-admins'] }
    await page.getByRole('link', { name: 'Sign in by OpenID Connect' }).click()
    await page.getByText('ben (admin)').waitFor()
    deepEqual(await links(page), allNames)
    equal(new URL(page.url()).hash, '#/outputs')
  })

  await t.test(
    "nothing stands in anybody's way: the sign-in in light, what people did in dark, narrow",
    async t => {
      const page = await openPage(t, url, { bypassCSP: true, viewport: { width: 390, height: 800 } })
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      deepEqual(await axeFindings(page), [])
      await page.emulateMedia({ colorScheme: 'dark' })
      await signIn(page, 'admin', changed)
      await page.getByRole('link', { name: 'Activity' }).click()
      await page.getByRole('cell', { name: 'done' }).first().waitFor()
      deepEqual(await axeFindings(page), [])
    },
  )

  await t.test('too many guesses wait, also for the right password', async t => {
    const page = await openPage(t, url)
    await page.evaluate(async () => {
      const guess = {
        method: 'POST',
        headers: { 'x-podpipe-console': '1', 'content-type': 'application/json' },
      }
      for (let each = 0; each < 21; each++)
        await fetch('api/v1/access', { ...guess, body: JSON.stringify({ name: 'operator', password: 'x' }) })
    })
    await signIn(page, 'operator')
    await page.getByRole('alert').getByText('This was tried too often').waitFor()
  })
})
