// The first screen: events are seen to flow and the account closes; what is away is named, with cause and action, and what comes back
// is well again by itself, all without a reload. An output that refuses is part of a newcomer's walk (walk.e2e.test.ts).

import { equal, ok } from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { after, type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { openOffsetKeeper, standaloneOffsets } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { atEnd } from '../kit/at-end.ts'
import { startKafkaProxy } from '../kit/brokers/kafka-proxy.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { watchedChain } from '../kit/chains/watched-chain.ts'
import { eventually } from '../kit/eventually.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/screens/browser.ts'
import { wellDrawn } from '../kit/screens/well-drawn.ts'

after(closeBrowser)

test('the flow, as a person sees it', { skip: withoutChromium }, async outer => {
  const kafka = await startKafkaProxy(outer, testBrokers())
  // Below a path, as behind a proxy.
  const { chain, url } = await watchedChain(outer, {
    through: kafka.brokers,
    console: '/tools/podpipe/',
    proofpoint: { events: 400_000, rate: 60, duplicates: 0.1, junk: 0.01 },
  })

  await outer.test('events are seen to flow, and the account closes', async t => {
    const page = await openPage(t, url)
    await page.getByText('simulated_hosted/message').waitFor()
    await page.getByRole('status').getByText('healthy').first().waitFor()
    const laws = page.locator('.law')
    await eventually('events are delivered, and both laws are drawn', async () => {
      const words = await laws.allTextContents()
      const [received = '', unique = ''] = words
      return (/received\s+[1-9]/.test(received) && /delivered to devo_1\s+[1-9]/.test(unique)) || undefined
    })
    for (const words of await laws.allTextContents()) ok(words.includes('it closes'), words)
    await page.getByRole('heading', { name: 'Over time' }).waitFor()
    await page.getByRole('navigation').getByRole('link', { name: 'Outputs' }).click()
    await page.getByText('whoever holds its key has read every event').waitFor()
  })

  await outer.test('a service that dies is named, and so is what waits for it', async t => {
    const page = await openPage(t, url)
    await page.getByText('Nothing is wrong').waitFor()
    await chain.process('dedup').kill()
    const trouble = page.locator('.trouble').filter({ hasText: 'does not answer' })
    await trouble.getByText('Frames wait in raw').waitFor()
    await trouble.getByText('podpipe run dedup').waitFor()
    chain.start('dedup')
    await page.getByText('Nothing is wrong').waitFor()
  })

  await outer.test('Kafka that is lost is named with what to do, and the page goes on by itself', async t => {
    const page = await openPage(t, url)
    await page.getByText('Nothing is wrong').waitFor()
    await page.evaluate('window.sameDocument = true')
    const begun = performance.now()
    kafka.freeze()
    const trouble = page.locator('.trouble').filter({ hasText: 'console · kafka' })
    await trouble.getByText('Check that the brokers run').first().waitFor()
    t.diagnostic(`named after ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    // A screen that asks Kafka says why it waits.
    await page.getByRole('link', { name: 'Events' }).click()
    const notice = page.getByRole('status').getByText('What is asked here waits')
    await notice.waitFor()
    const frozen = performance.now()
    kafka.thaw()
    await page.locator('td.id').first().waitFor()
    await notice.waitFor({ state: 'detached' })
    t.diagnostic(`events are listed ${((performance.now() - frozen) / 1_000).toFixed(1)} s after it is back`)
    await page.getByRole('link', { name: 'Flow' }).click()
    await page.getByText('Nothing is wrong').waitFor()
    t.diagnostic(`all is well after ${((performance.now() - frozen) / 1_000).toFixed(1)} s`)
    ok(await page.evaluate('window.sameDocument'))
  })

  await outer.test(
    'a page that has lost the console says so, and goes on without a reload, also while Kafka is away',
    async t => {
      const page = await openPage(t, url)
      await page.getByText('simulated_hosted/message').waitFor()
      await page.evaluate('window.sameDocument = true')
      await chain.process('console').kill()
      const lost = page.getByRole('status').getByText('The console does not answer.')
      await lost.waitFor()
      // It is said once: a screen that has no answer waits for one.
      const unanswered = page.waitForEvent('requestfailed', request => request.url().endsWith('/sessions'))
      await page.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click()
      await unanswered
      equal(await page.getByRole('alert').count(), 0)

      const [port = 0] = await freePorts(1)
      const started = startPodpipe('console', ['run', 'console', '--config', chain.configFile], {
        logFile: `${chain.process('console').logFile}.away`,
        trust: chain.trust,
        env: { PODPIPE_KAFKA_BROKERS: `127.0.0.1:${port}` },
      })
      atEnd(outer, () => started.kill())
      await lost.waitFor({ state: 'detached' })
      const sessions = page.getByRole('list', { name: 'Sessions', exact: true })
      await sessions.getByRole('button', { name: 'simulated_hosted/message' }).waitFor()
      await page.getByRole('navigation').getByRole('link', { name: 'Flow' }).click()
      const trouble = page.locator('.trouble').filter({ hasText: 'console · kafka: Kafka does not answer' })
      await trouble.getByText('Check that the brokers run').waitFor()
      await page.getByText('The totals have not been read from Kafka yet.').waitFor()

      // The way there opens; behind it the broker names itself.
      const [host = '', brokerPort = ''] = testBrokers()[0]?.split(':') ?? []
      const relay = createServer(client => {
        const end = connect(Number(brokerPort), host)
        for (const socket of [client, end]) socket.on('error', () => undefined)
        client.pipe(end).pipe(client)
      })
      relay.listen(port, '127.0.0.1')
      atEnd(outer, () => relay.close())
      await page.getByText('Nothing is wrong').waitFor()
      await page.locator('.law').first().waitFor()
      ok(await page.evaluate('window.sameDocument'))
    },
  )

  await outer.test('an account that does not close is drawn and told', async t => {
    await chain.process('forwarder').stop()
    const moved = await passEventsOver(t, chain)
    const page = await openPage(t, url)
    const law = page.locator('.law-broken')
    await law.getByText(/^■ \d+ missing$/).waitFor()
    const trouble = page.locator('.trouble').filter({ hasText: 'the account of an output does not close' })
    await trouble.getByText('podpipe audit').waitFor()
    t.diagnostic(`${moved} records were passed over; ${await law.locator('.tone-bad').textContent()}`)
  })

  await outer.test('axe finds nothing, in both themes and at both widths, and nothing is cut off', t =>
    wellDrawn(t, url, [
      ['flow', 'simulated_hosted/message'],
      ['outputs', 'Confirmed by'],
      ['sessions?open=simulated_hosted/message', 'The last day'],
      ['collectors?view=add', 'file, read-only'],
      ['collectors?name=proofpoint_on_demand', 'It stands in the configuration file'],
    ]),
  )
})

/** Moves an offset of the output behind events that it has not delivered, as nobody should. @returns by how many records */
async function passEventsOver(t: TestContext, chain: Chain): Promise<number> {
  const { client, fetcher, topics, close } = await chain.topics()
  atEnd(t, close)
  const [prefix = ''] = topics.rejected.name.split('.')
  const groupId = groupOf(prefix, 'forwarder-devo_1')
  const keeper = await openOffsetKeeper(client, groupId)
  atEnd(t, keeper.close)
  const place = await eventually('events wait', async () => {
    for (const each of await standaloneOffsets(client, groupId))
      if ((await fetcher.offsets(each)).end >= each.offset + 5) return each
    return undefined
  })
  // Of events that wait only their number with the marks of transactions is known: more of them would cover what is missing.
  await chain.process('dedup').stop()
  const { end } = await fetcher.offsets(place)
  await keeper.write([{ ...place, offset: end }])
  return end - place.offset
}
