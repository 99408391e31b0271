// The stories of records in the console: events are found, opened and followed on their way; rejects are counted and sent
// again; stored events are replayed, also over the death of the console. Whatever an event holds, nothing of it runs.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Activity } from '@podpipe/console/api/activity-schema.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import type { Page } from 'playwright-core'
import { atEnd } from '../kit/at-end.ts'
import { untilServed, watchedChain } from '../kit/chains/watched-chain.ts'
import { eventually } from '../kit/eventually.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/screens/browser.ts'
import { hostileTexts } from '../kit/screens/hostile-texts.ts'
import { wellDrawn } from '../kit/screens/well-drawn.ts'

after(closeBrowser)

const rejects = 50_000
const eventOf = (id: string): string =>
  `{"guid":${JSON.stringify(id)},"ts":"2026-05-22T12:10:00.000000+0000"}`

test('events, rejects and replays in a browser', { skip: withoutChromium }, async t => {
  const { chain, url } = await watchedChain(t, { proofpoint: { events: 3_000, rate: 1_000 } })
  const { topics, client, close } = await chain.topics()
  atEnd(t, close)
  for (const text of hostileTexts) {
    chain.proofpoint.offer('message', eventOf(text))
    // One that is no event at all.
    chain.proofpoint.offer('message', text)
  }
  const last = 'the-last-one'
  chain.proofpoint.offer('message', eventOf(last))
  const page = await openPage(t, url)
  const go = (hash: string) => page.goto(`${url}#/${hash}`)
  const told = (what: string, holds: (action: Activity['actions'][number]) => boolean) =>
    eventually(what, async () => {
      const { actions } = (await (await fetch(`${url}api/v1/activity`)).json()) as Activity
      return actions.some(holds) ? true : undefined
    })
  const arrived = (id: string): number => chain.devo.count(contentHash(Buffer.from(eventOf(id))))
  await eventually('the last event at Devo', () => (arrived(last) > 0 ? true : undefined))

  await t.test('an event is found by its id, opened, and its way is told', async () => {
    await go('events')
    await page.getByLabel('Id').fill(last)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: last }).click()
    const panel = page.getByRole('complementary', { name: 'Opened event' })
    await panel.getByText('"guid": "the-last-one"').waitFor()
    await panel.getByText('delivered').waitFor()
    await panel.getByRole('button', { name: 'hex' }).click()
    await panel.getByText('00000000  7b 22 67 75 69 64').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('link', { name: 'Download' }).click(),
    ])
    match(download.suggestedFilename(), /\.raw\.message-\d+-\d+\.bin$/)
    // The link shows somebody else the same.
    const other = await openPage(t, page.url())
    await other.getByText('"guid": "the-last-one"').waitFor()
    await panel.getByRole('link', { name: /^unique \d/ }).click()
    await page.getByRole('heading', { name: /^unique message/ }).waitFor()
  })

  await t.test('what events hold is shown and never run', async () => {
    const openAll = async (most: number): Promise<void> => {
      await page.locator('td.id button').first().waitFor()
      for (const each of (await page.locator('td.id button').all()).slice(0, most)) {
        await each.click()
        await page.getByRole('region', { name: 'Content' }).waitFor()
      }
    }
    await go('events?stage=raw&service=message')
    await openAll(3)
    await go('events?stage=rejected&service=message')
    await openAll(8)
    // An id with control characters is known by a digest.
    const ids = hostileTexts.filter(each => !/\p{C}/u.test(each))
    const open = async (text: string): Promise<void> => {
      await page.getByRole('button', { name: text.trim() }).click()
      await page.getByRole('region', { name: 'Content' }).getByText(JSON.stringify(text)).waitFor()
    }
    await go('events?stage=unique&service=message')
    for (const text of ids) await open(text)
    // From the address as well: of all that is looked through, some are enough.
    for (const text of ids.slice(0, 3)) {
      await go(`events?stage=unique&id=${encodeURIComponent(text)}`)
      await open(text)
    }
    equal(await page.evaluate(() => Reflect.get(globalThis, 'hacked')), undefined)
  })

  await t.test('nothing found, a bad time and a place that is gone say what to do', async () => {
    await go('events?id=nobody')
    await page.getByText('Widen the range or leave a filter out').waitFor()
    await go('events?from=someday')
    await page.getByRole('alert').getByText('Write one such as').waitFor()
    await go('events?open=raw/message/0/99999999')
    await page.getByRole('alert').getByText('There is no event at this place').waitFor()
  })

  await t.test(
    `${rejects} rejects are counted by reason, and chosen ones and all of a filter are sent again`,
    async () => {
      const producer = await createProducer(client)
      atEnd(t, producer.close)
      for (let at = 0; at < rejects; at += 5_000) {
        await producer.send(Array.from({ length: 5_000 }, (_, more) => rejectRecord(at + more, topics)))
      }
      await go('rejected')
      await page.getByText(/^50,0\d\d rejects/).waitFor()
      const row = page.getByRole('row', { name: /no_id/ })
      await row.getByText('40', { exact: true }).waitFor()
      await row.getByRole('button', { name: 'no_id', exact: true }).click()
      await page.getByText(/^40 rejects/).waitFor()
      await page
        .getByLabel(/^Choose reject/)
        .first()
        .check()
      await page
        .getByLabel(/^Choose reject/)
        .nth(1)
        .check()
      await page.getByRole('button', { name: 'Send 2 again' }).click()
      await page.getByText('2 of 2 rejects').waitFor()
      await page.getByRole('button', { name: 'Send 2 again', exact: true }).click()
      await page.getByText('Found 2 = sent again 2 + left out 0.').waitFor()
      await page.getByText(/^38 rejects/).waitFor()
      await page.getByRole('button', { name: 'Send all of this again' }).click()
      await page.getByRole('button', { name: 'Send 38 again' }).click()
      await page.getByText('Found 38 = sent again 38 + left out 0.').waitFor()
      await page.getByText('There is no such reject').waitFor()
      await eventually('all of them at Devo', () =>
        again().every(n => arrived(`again-${n}`) === 1) ? true : undefined,
      )
    },
  )

  await t.test(
    'a replay is looked at, begun, paused, and gone on with behind the death of the console',
    async () => {
      await go('replay?from=-1h&to=-1s&rate=150&service=message')
      await page.getByLabel('Output').waitFor()
      await page.getByRole('button', { name: 'Preview' }).click()
      await page.getByText(/^[\d,]+ events/).waitFor()
      await page.getByRole('button', { name: 'Start this replay' }).click()
      await page.getByText(/^\d+ %.* [1-9][\d,]* events? confirmed/).waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByRole('button', { name: 'Pause' }).waitFor()
      const before = await confirmedOn(page)
      await told('its beginning is in the trail', each => each.what === 'replay.resumed')

      // When the console dies in the midst of it
      await chain.process('console').kill()
      chain.start('console')
      await untilServed(url)

      // Then the replay is paused, and goes on where its last note says.
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('finished').waitFor()
      ok((await confirmedOn(page)) > before)
      const { doubled } = chain.devo.stats()
      ok(doubled > 0, 'nothing was sent again')
      // The trail tells of each run how it ended, also of the one whose console died.
      await told('what was sent in full', ({ what, result }) => what === 'replay.over' && result === 'done')
      await told(
        'what was paused',
        ({ what, words }) => what === 'replay.over' && words.stopped_by === 'local',
      )
      await told(
        'what died',
        ({ what, words }) => what === 'replay.over' && /console .* ended/.test(words.why ?? ''),
      )
      await told('a redrive', ({ what, words }) => what === 'redrive.over' && words.sent === '38')
      // One that was begun anew is ended for good, and stays as history.
      await go('replay?from=-1h&to=-1s&rate=1&service=message')
      await page.getByRole('button', { name: 'Preview' }).click()
      await page.getByRole('button', { name: 'Start this replay' }).click()
      await page.getByRole('button', { name: 'End …' }).click()
      await page.getByRole('button', { name: 'End it' }).click()
      await page.getByText('ended').waitFor()
      deepEqual(await page.getByRole('button', { name: 'Resume' }).count(), 0)
    },
  )

  await t.test('axe finds nothing, in both themes and at both widths, and nothing is cut off', t =>
    wellDrawn(t, url, [
      ['events?stage=unique&service=message&open=unique/message/0/0', 'Way through podpipe'],
      ['events?stage=raw&id=nobody', 'Widen the range'],
      ['rejected?all=yes&open=0', 'The newest'],
      ['replay', 'ended'],
    ]),
  )
})

const reasons = ['not_json', 'variant', 'undecodable'] as const
/** One in so many is an event that can be sent again. */
const every = 1_250

const isAgain = (n: number): boolean => n % every === 0

/** Their numbers. */
const again = (): number[] => Array.from({ length: rejects / every }, (_, at) => at * every)

function rejectRecord(n: number, { rejected, raw }: Topics): OutgoingRecord {
  const topic = raw('message').name
  const value = rejected.codec.encode({
    topic,
    partition: 0,
    offset: 1_000_000 + n,
    reason: isAgain(n) ? 'no_id' : (reasons[n % reasons.length] ?? 'variant'),
    error: isAgain(n) ? 'the record has no key' : 'made for this test',
    bytes: Buffer.from(isAgain(n) ? eventOf(`again-${n}`) : `junk ${n}`),
  })
  return { topic: rejected.name, partition: 0, key: `${topic}/0/${n}`, value }
}

async function confirmedOn(page: Page): Promise<number> {
  const text =
    (await page
      .getByText(/events? confirmed/)
      .first()
      .textContent()) ?? ''
  return Number((/([\d,]+) events? confirmed/.exec(text)?.[1] ?? '0').replaceAll(',', ''))
}
