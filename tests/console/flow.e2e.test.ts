// The first screen: events are seen to flow and the account closes; what breaks is named, with cause and action, and what comes back
// is well again by itself, all without a reload.

import { deepEqual, ok } from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { after, test } from 'node:test'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { atEnd } from '../kit/at-end.ts'
import { axeFindings } from '../kit/axe.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import { testBrokers } from '../kit/test-brokers.ts'
import { untilServed, watchedChain } from '../kit/watched-chain.ts'

after(closeBrowser)

test('the flow, as a person sees it', { skip: withoutChromium }, async t => {
  const { chain, url } = await watchedChain(t, {
    proofpoint: { events: 400_000, rate: 60, duplicates: 0.1, junk: 0.01 },
  })

  await t.test('events are seen to flow, and the account closes', async t => {
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

  await t.test(
    'an output that refuses is named with cause and action, and is well again by itself',
    async t => {
      const page = await openPage(t, url)
      await page.getByText('Nothing is wrong').waitFor()
      const begun = performance.now()
      chain.devo.refuse()
      chain.devo.resetAll()
      const trouble = page.locator('.trouble').filter({ hasText: 'devo_1: no proof of delivery' })
      await trouble.waitFor()
      t.diagnostic(`named after ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
      const words = (await trouble.textContent()) ?? ''
      for (const part of ['What it means', 'Its events wait in Kafka', 'Why', 'ECONNREFUSED', 'What to do'])
        ok(words.includes(part), words)
      await page.getByText('degraded').first().waitFor()
      await chain.devo.accept()
      await page.getByText('Nothing is wrong').waitFor()
      await page.getByRole('status').getByText('healthy').first().waitFor()
    },
  )

  await t.test('a service that dies is named, and so is what waits for it', async t => {
    const page = await openPage(t, url)
    await page.getByText('Nothing is wrong').waitFor()
    await chain.process('dedup').kill()
    const trouble = page.locator('.trouble').filter({ hasText: 'does not answer' })
    await trouble.getByText('Frames wait in raw').waitFor()
    await trouble.getByText('podpipe run dedup').waitFor()
    chain.start('dedup')
    await page.getByText('Nothing is wrong').waitFor()
  })

  await t.test('a page that has lost the console says so, and goes on without a reload', async t => {
    const page = await openPage(t, url)
    await page.getByText('simulated_hosted/message').waitFor()
    await page.evaluate('window.sameDocument = true')
    await chain.process('console').kill()
    await page.getByText('The console does not answer.').waitFor()
    chain.start('console')
    await untilServed(url)
    await page.getByText('The console does not answer.').waitFor({ state: 'detached' })
    await page.getByText('Nothing is wrong').waitFor()
    ok(await page.evaluate('window.sameDocument'))
  })

  await t.test('a console that does not reach Kafka says so, and goes on when it does', async t => {
    await chain.process('console').stop()
    const [port = 0] = await freePorts(1)
    const started = startPodpipe('console', ['run', 'console', '--config', chain.configFile], {
      logFile: `${chain.process('console').logFile}.away`,
      trust: chain.trust,
      env: { PODPIPE_KAFKA_BROKERS: `127.0.0.1:${port}` },
    })
    atEnd(t, () => started.kill())
    await untilServed(url)
    const page = await openPage(t, url)
    const trouble = page.locator('.trouble').filter({ hasText: 'console · kafka: Kafka does not answer' })
    await trouble.getByText('Check that the brokers run').waitFor()
    await page.getByText('The totals have not been read from Kafka yet.').waitFor()
    // The way there opens; behind it the broker names itself.
    const [broker = ''] = testBrokers()
    const [host = '', brokerPort = ''] = broker.split(':')
    const relay = createServer(client => {
      const end = connect(Number(brokerPort), host)
      for (const socket of [client, end]) socket.on('error', () => undefined)
      client.pipe(end).pipe(client)
    })
    relay.listen(port, '127.0.0.1')
    atEnd(t, () => relay.close())
    await page.getByText('Nothing is wrong').waitFor()
    await page.locator('.law').first().waitFor()
  })

  chain.start('console')
  await untilServed(url)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      await t.test(`axe finds nothing, ${colorScheme}, ${width} pixels, and nothing is cut off`, async t => {
        const viewport = { width, height: 860 }
        const page = await openPage(t, url, {
          colorScheme,
          viewport,
          bypassCSP: true,
          reducedMotion: 'reduce',
        })
        await page.getByText('simulated_hosted/message').waitFor()
        deepEqual(await axeFindings(page), [])
        await page.goto(`${url}#/outputs`)
        await page.getByText('Confirmed by').waitFor()
        deepEqual(await axeFindings(page), [])
        deepEqual(await page.evaluate('document.documentElement.scrollWidth'), width)
      })
    }
  }
})
