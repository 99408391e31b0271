// The first screen: events are seen to flow, and a page that loses the console says so and finds it again by itself.

import { after, test } from 'node:test'
import { closeBrowser, openPage, withoutChromium } from '../kit/browser.ts'
import { untilServed, watchedChain } from '../kit/watched-chain.ts'

after(closeBrowser)

test('the flow is alive; a page that has lost the console says so, and goes on without a reload', {
  skip: withoutChromium,
}, async t => {
  const { chain, url } = await watchedChain(t, { proofpoint: { events: 400_000, rate: 200 } })
  const page = await openPage(t, url)
  await page.getByRole('heading', { name: 'Flow' }).waitFor()
  await page.getByText('simulated_hosted/message').waitFor()

  await chain.process('console').kill()
  await page.getByText('The console does not answer.').waitFor()
  chain.start('console')
  await untilServed(url)
  await page.getByText('The console does not answer.').waitFor({ state: 'detached' })
})
