// `npm run screens`: a picture of every screen of the console, and of what opens on it, in both themes and at both widths, of a chain
// that flows, and of one whose output refuses.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hashFor } from '@podpipe/console/access/test-console.ts'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import { createChain } from '@podpipe/demo/chain.ts'
import type { Page } from 'playwright-core'
import { startTestBroker } from './kit/brokers/broker.ts'
import { untilServed } from './kit/chains/watched-chain.ts'
import { launchChromium, withoutChromium } from './kit/screens/browser.ts'

const themes = ['light', 'dark'] as const
const widths = [1280, 390] as const
const height = 860
// So that rates and charts have something to show.
const flowsForMs = 12_000
// The next picture, a chart, an answer of Kafka.
const settlesForMs = 1_500
const password = 'a password for pictures'
/** What opens on a screen, by the name of its picture. */
const opened = [
  ['events-open', 'events?stage=unique&service=message&open=unique/message/0/0'],
  ['events-none', 'events?id=nobody'],
  ['rejected-open', 'rejected?open=0'],
  ['sessions-open', 'sessions?open=simulated_hosted/message'],
  ['replay-filled', 'replay?from=-1h&to=-1m&service=message'],
  ['collectors-add', 'collectors?view=add'],
  ['collectors-open', 'collectors?name=proofpoint_on_demand'],
] as const
const folder = fileURLToPath(new URL('../.podpipe/screens', import.meta.url))

if (withoutChromium !== false) {
  process.stderr.write(`screens: ${withoutChromium}\n`)
  process.exit(78)
}
if (needsBuild()) await buildPage()
await rm(folder, { recursive: true, force: true })
const directory = join(folder, '..', `screens-${process.pid}`)
const broker = await startTestBroker({ endOnSignals: true })
const chain = await createChain({
  directory,
  brokers: broker.brokers,
  prefix: 'pod',
  console: true,
  moreConsole: () => ({ users: { anna: { role: 'admin', password_hash: hashFor(password) } } }),
  proofpoint: { events: 400_000, rate: 200, duplicates: 0.1, disorder: 0.05, junk: 0.01 },
})
const browser = await launchChromium()

/** One look for each theme and width. */
async function everyLook(look: (page: Page, shoot: (name: string) => Promise<void>) => Promise<void>) {
  for (const colorScheme of themes) {
    for (const width of widths) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme })
      const page = await context.newPage()
      await look(page, async name => {
        await sleep(settlesForMs)
        const file = join(folder, `${name}-${colorScheme}-${width}.png`)
        await page.screenshot({ path: file, fullPage: true })
        process.stdout.write(`${file}\n`)
      })
      await context.close()
    }
  }
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Name').fill('anna')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation').waitFor()
}

try {
  for (const service of ['console', 'dedup', 'forwarder', 'ingest'] as const) chain.start(service)
  const url = chain.consoleUrl ?? ''
  await untilServed(url)
  await sleep(flowsForMs)
  await everyLook(async (page, shoot) => {
    await page.goto(url)
    await page.getByLabel('Name').fill('anna')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('wrong').waitFor()
    await shoot('sign-in')
    await signIn(page, url)
    for (const link of await page.getByRole('navigation').getByRole('link').all()) {
      await link.click()
      await shoot(new URL(page.url()).hash.replace(/^#\//, ''))
    }
    for (const [name, hash] of opened) {
      await page.goto(`${url}#/${hash}`)
      await shoot(name)
    }
  })
  chain.devo.refuse()
  chain.devo.resetAll()
  await sleep(flowsForMs)
  await everyLook(async (page, shoot) => {
    await signIn(page, url)
    await shoot('flow-refused')
    await page.goto(`${url}#/outputs`)
    await shoot('outputs-refused')
  })
} finally {
  await browser.close()
  await chain.close()
  await broker.stop()
  await rm(directory, { recursive: true, force: true })
}
