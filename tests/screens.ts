// `npm run screens`: a picture of every screen of the console, in both themes and at both widths, of a chain that flows.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hashFor } from '@podpipe/console/access/test-console.ts'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import { createChain } from '@podpipe/demo/chain.ts'
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
try {
  for (const service of ['console', 'dedup', 'forwarder', 'ingest'] as const) chain.start(service)
  const url = chain.consoleUrl ?? ''
  await untilServed(url)
  await sleep(flowsForMs)
  for (const colorScheme of themes) {
    for (const width of widths) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme })
      const page = await context.newPage()
      const shoot = async (screen: string): Promise<void> => {
        const file = join(folder, `${screen}-${colorScheme}-${width}.png`)
        await page.screenshot({ path: file, fullPage: true })
        process.stdout.write(`${file}\n`)
      }
      await page.goto(url)
      await page.getByLabel('Name').fill('anna')
      await page.getByLabel('Password').fill('wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').getByText('wrong').waitFor()
      await shoot('sign-in')
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('navigation').waitFor()
      const links = await page.getByRole('navigation').getByRole('link').all()
      for (const link of links) {
        await link.click()
        await sleep(settlesForMs)
        await shoot(new URL(page.url()).hash.replace(/^#\//, ''))
      }
      await context.close()
    }
  }
} finally {
  await browser.close()
  await chain.close()
  await broker.stop()
  await rm(directory, { recursive: true, force: true })
}
