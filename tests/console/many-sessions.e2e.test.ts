// Two hundred sessions: the first screen says how they are, and the screen of sessions stays one that a person can use.

import { deepEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { listConsoleTopics } from '@podpipe/schemas/topics.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { untilServed } from '../kit/chains/watched-chain.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/screens/browser.ts'
import { illEvery, manySessions, namesOf, notesOf } from '../kit/screens/many-sessions.ts'

after(closeBrowser)

const count = 200
const ill = count / illEvery
const last = namesOf(count).at(-1) ?? ''

test(`${count} sessions`, { skip: withoutChromium }, async t => {
  if (needsBuild()) await buildPage()
  const services = [await manySessions(t, count)]
  const chain = await testChain(t, { console: true, moreConsole: () => ({ services }) })
  const { client, topics, close } = await chain.topics()
  atEnd(t, close)
  await applyTopics(client, listConsoleTopics(topics))
  const producer = await createProducer(client)
  atEnd(t, producer.close)
  await producer.send(notesOf(count, topics.history))
  const url = chain.consoleUrl ?? ''
  chain.start('console')
  await untilServed(url)

  for (const width of [1280, 390]) {
    await t.test(`at ${width} pixels`, async t => {
      const page = await openPage(t, url, { viewport: { width, height: 860 } })
      const widthOfAll = () => page.evaluate('document.documentElement.scrollWidth')
      // Those that are ill come first, and the rest does not make the picture longer.
      const station = page.getByRole('listitem').filter({ hasText: 'Sessions Proofpoint' })
      await station.getByText(`${count - ill} of ${count} live`).waitFor()
      await station.getByText('and 194 more').waitFor()
      equal(await station.getByText('no session').count(), 6)
      equal(await widthOfAll(), width)

      await page.getByRole('link', { name: 'Sessions' }).click()
      const list = page.getByRole('list', { name: 'Sessions', exact: true })
      const rows = list.getByRole('listitem')
      await list
        .getByRole('img', { name: /away \d/ })
        .first()
        .waitFor()
      equal(await rows.count(), count)
      equal(await widthOfAll(), width)

      // A state, then a name: what is left is what was asked for, and the address says so.
      await page.getByRole('button', { name: `backing off ${ill}` }).click()
      equal(await rows.count(), ill)
      await page.getByRole('button', { name: `all ${count}` }).click()
      // Heads that sort have room on a wide page only.
      if (width > 760) {
        await page.getByRole('button', { name: 'State' }).click()
        equal(await rows.first().getByText('backing off').count(), 1)
      }
      await page.getByLabel('Find').fill(last)
      deepEqual(await rows.getByRole('button').allTextContents(), [last])
      await rows.getByRole('button').click()
      const panel = page.getByRole('region', { name: `The session ${last}` })
      await panel.getByText('connected again').first().waitFor()
      await page.reload()
      await panel.getByText('connected again').first().waitFor()
      deepEqual(await rows.getByRole('button').allTextContents(), [last])
    })
  }
})
