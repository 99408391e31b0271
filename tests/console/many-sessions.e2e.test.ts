// Two hundred sessions: the first screen says how they are, and the screen of sessions stays one that a person can use.

import { deepEqual, equal, ok } from 'node:assert/strict'
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

  const page = await openPage(t, url, { viewport: { width: 1280, height: 860 } })
  const widthOfAll = () => page.evaluate('document.documentElement.scrollWidth')
  const list = page.getByRole('list', { name: 'Sessions', exact: true })
  const rows = list.getByRole('listitem')

  await t.test(
    'on the first screen those that are ill come first, and the rest makes it no longer',
    async () => {
      const station = page.getByRole('listitem').filter({ hasText: 'Sessions Proofpoint' })
      await station.getByText(`${count - ill} of ${count} live`).waitFor()
      await station.getByText(`and ${count - 6} more`).waitFor()
      equal(await station.getByText('no session').count(), 6)
      equal(await widthOfAll(), 1280)
    },
  )

  await t.test(
    'their own screen finds one by state, in order and by name, and the address keeps that',
    async () => {
      await page.getByRole('link', { name: 'Sessions' }).click()
      await list
        .getByRole('img', { name: /away \d/ })
        .first()
        .waitFor()
      equal(await rows.count(), count)
      await page.getByRole('button', { name: `backing off ${ill}` }).click()
      equal(await rows.count(), ill)
      await page.getByRole('button', { name: `all ${count}` }).click()
      await page.getByRole('button', { name: 'State' }).click()
      equal(await rows.first().getByText('backing off').count(), 1)
      await page.getByLabel('Find').fill(last)
      deepEqual(await rows.getByRole('button').allTextContents(), [last])
      await page.reload()
      await list.getByRole('button', { name: last }).waitFor()
      equal(await rows.count(), 1)
      await page.getByLabel('Find').fill('')
      equal(await widthOfAll(), 1280)
    },
  )

  await t.test('on a narrow page the one at the end opens where it can be seen', async () => {
    await page.setViewportSize({ width: 390, height: 860 })
    equal(await rows.count(), count)
    await rows.last().getByRole('button').click()
    const panel = page.getByRole('region', { name: /^The session/ })
    await panel.getByText('connected again').first().waitFor()
    equal(await widthOfAll(), 390)
    // By the keyboard too: it goes on in what was opened.
    const heading = panel.getByRole('heading').first()
    equal(await page.evaluate('document.activeElement.textContent'), await heading.textContent())
    ok(((await heading.boundingBox())?.y ?? -1) >= 0, 'it is above what is seen')
  })
})
