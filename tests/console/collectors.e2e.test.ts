// A collector that is defined in the console, by its API and in a browser: from its first event through every change to its
// removal, while the sessions beside it are not touched and nothing is lost.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import type {
  CollectorAnswer,
  CollectorsAnswer,
  RevisionAnswer,
} from '@podpipe/console/api/collectors-schema.ts'
import type { NoteAnswer } from '@podpipe/console/api/sessions-schema.ts'
import { rekeyed } from '@podpipe/operations/collectors/rekey.ts'
import { readRevisions, rewriteRevisions } from '@podpipe/operations/collectors/store.ts'
import { sealingKeyOf, unseal } from '@podpipe/runtime/collectors/sealing.ts'
import { createFetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { version as podpipeVersion } from '@podpipe/runtime/version.ts'
import { atEnd } from '../kit/at-end.ts'
import { collectorChain, isLive, secondKey } from '../kit/chains/collector-chain.ts'
import { eventually, until } from '../kit/eventually.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/screens/browser.ts'

after(closeBrowser)

test('collectors of the console', async t => {
  const kit = await collectorChain(t)
  const { chain, url, second, answer, get, sessions, becomes, change, preview, arrives, missing } = kit
  const before = await sessions()
  const undisturbed = async (): Promise<void> => {
    const now = await sessions()
    for (const [name, was] of before) equal(now.get(name), was, name)
  }
  const text = (more = ''): string => `{
  "inputs": {
    "second": {
      "id": "two",
      "credentials": {"cluster_id": "second_hosted", "api_key": "${secondKey}"},
      "services": {
        "message": {"request_period_in_seconds": 1, "override_url_base": "${second.url}"${more}}
      }
    }
  }
}`

  await t.test(
    'added, edited, disabled, enabled, rolled back and removed, and no other session notices',
    async () => {
      // When a collector is added, its first event arrives
      const wrong = await preview({ does: 'add', text: text(', "start_tme": ""') })
      deepEqual(
        wrong.faults.map(({ line, key }) => [line, key]),
        [[7, 'inputs.second.services.message.start_tme']],
      )
      deepEqual((await preview({ does: 'add', text: text() })).effects, {
        sessions: [{ session: 'second_hosted/message', what: 'starts' }],
        live: [],
        undisturbed: 3,
      })
      equal((await change({ does: 'add', text: text() })).revision, 1)
      await becomes('the new session is live', all => isLive(all, 'second_hosted/message'))
      await arrives('message', 'mail.proofpoint.pod.message')
      await undisturbed()
      const versions = await eventually('it has arrived everywhere', async () => {
        const { runs } = await get<CollectorAnswer>('collectors/second')
        return runs.every(({ revision }) => revision === 1) ? runs : undefined
      })
      deepEqual(
        versions.map(({ service, version, sessions }) => [service, version, ...sessions]),
        [
          ['ingest', podpipeVersion, 'second_hosted/message'],
          ['forwarder', podpipeVersion],
        ],
      )

      // When it is changed: a tag touches no session, another service begins beside the first
      const shown = await get<CollectorAnswer>('collectors/second')
      match(shown.text, /"api_key": "\*{8}"/)
      const own = (await sessions()).get('second_hosted/message')
      const tagged = shown.text.replace(
        '"request_period',
        '"override_tag_base": "my.own.tag", "request_period',
      )
      const both = tagged.replace(
        '"services": {',
        `"services": {"audit": {"override_url_base": "${second.url}"},`,
      )
      deepEqual((await preview({ does: 'edit', name: 'second', seen: 1, text: both })).effects, {
        sessions: [{ session: 'second_hosted/audit', what: 'starts' }],
        live: ['inputs.second.services.message'],
        undisturbed: 4,
      })
      await change({ does: 'edit', name: 'second', seen: 1, text: both })
      await becomes('the second session of it is live', all => isLive(all, 'second_hosted/audit'))
      equal((await sessions()).get('second_hosted/message'), own)
      await arrives('audit', 'mail.proofpoint.pod.audit')
      await arrives('message', 'my.own.tag')

      // When somebody changes what somebody else has changed meanwhile, nothing is written
      const stale = await answer('POST', 'collectors/changes', { does: 'disable', name: 'second', seen: 1 })
      equal(stale.status, 409)
      match(stale.answer.why, /edited it at .*; it is at revision 2 now/)
      const taken = await answer('POST', 'collectors/changes', {
        does: 'add',
        text: text().replace('"second"', '"proofpoint_on_demand"'),
      })
      equal(taken.status, 422)
      match(taken.answer.why, /is an input of the configuration file/)

      // When it is disabled, enabled, rolled back and removed, its sessions follow and no other one
      await change({ does: 'disable', name: 'second', seen: 2 })
      await becomes('its sessions are gone', all => !all.has('second_hosted/message'))
      await change({ does: 'enable', name: 'second', seen: 3 })
      await becomes(
        'its sessions are back',
        all => isLive(all, 'second_hosted/message') && isLive(all, 'second_hosted/audit'),
      )
      await arrives('message', 'my.own.tag')
      await change({ does: 'roll_back', name: 'second', seen: 4, to: 1 })
      await becomes(
        'one of its sessions is gone',
        all => isLive(all, 'second_hosted/message') && !all.has('second_hosted/audit'),
      )
      await arrives('message', 'mail.proofpoint.pod.message')
      await change({ does: 'remove', name: 'second', seen: 5 })
      await becomes('its session is gone', all => !all.has('second_hosted/message'))
      await undisturbed()

      // Then its history tells it all, and the list has it no more
      deepEqual(
        (await get<RevisionAnswer[]>('collectors/second/revisions')).map(
          each => `${each.revision} ${each.what}`,
        ),
        ['6 removed', '5 rolled_back', '4 enabled', '3 disabled', '2 edited', '1 added'],
      )
      deepEqual(
        (await get<CollectorsAnswer>('collectors')).collectors.map(each => [each.name, each.managed_by]),
        [['proofpoint_on_demand', 'file']],
      )
      const noted = await eventually('what the session met is noted', async () => {
        const notes = await get<NoteAnswer[]>('sessions/notes?name=second_hosted/message')
        return notes[0]?.what === 'released' ? notes : undefined
      })
      equal(noted.filter(({ what }) => what === 'connected').length, 2)
    },
  )

  await t.test('in a browser: from the form to the first event', { skip: withoutChromium }, async t => {
    const page = await openPage(t, `${url}#/collectors`)
    const json = page.getByLabel('The collector as JSON')
    const button = (name: string | RegExp) => page.getByRole('button', { name })

    // When the form is filled in, the JSON follows, and what is wrong is told at its line
    await button('Add a collector').click()
    await page.getByLabel('Name', { exact: true }).fill('in_browser')
    await page.getByLabel('Id', { exact: true }).fill('web')
    await page.getByLabel('Cluster id').fill('second_hosted')
    await page.getByLabel('API key', { exact: true }).fill(secondKey)
    await page.getByLabel('maillog', { exact: true }).uncheck()
    await page.getByText('Parameters of message').click()
    await page.getByLabel('URL').fill(second.url.replace('wss:', 'http:'))
    await page
      .getByRole('list', { name: 'What is wrong' })
      .getByText(/override_url_base/)
      .waitFor()
    equal(await button('Add the collector').isDisabled(), true)
    await page.getByLabel('URL').fill(second.url)
    match(await json.inputValue(), /"in_browser": \{\n {6}"id": "web"/)

    // When the JSON is broken the form says so, and when it is good again the form follows it
    const good = await json.inputValue()
    await json.fill(good.replace('"web",', '"web"'))
    await page.getByText('a comma is missing before this').waitFor()
    await page.getByText('The form shows a collector again as soon as').waitFor()
    await json.fill(good.replace('"web"', '"own"'))
    await eventually('the form follows', async () =>
      (await page.getByLabel('Id', { exact: true }).inputValue()) === 'own' ? true : undefined,
    )

    // When one goes to another screen meanwhile, by a link or by Back, one is asked, and what was written is kept
    const leaving = page.getByRole('dialog', { name: 'Leave without saving?' })
    const back = () => page.evaluate('history.back()')
    const place = page.url()
    await page.getByRole('link', { name: 'Flow' }).click()
    await leaving.getByRole('button', { name: 'Stay here' }).click()
    equal(page.url(), place)
    await page.getByRole('link', { name: 'Flow' }).click()
    await leaving.getByRole('button', { name: 'Leave and keep it' }).click()
    await page.getByRole('heading', { name: 'What is not well' }).waitFor()
    await page.getByRole('link', { name: 'Collectors' }).click()
    await button('Go on with the new collector').click()
    await back()
    await leaving.waitFor()
    await page.keyboard.press('Escape')
    equal(page.url(), place)
    match(await json.inputValue(), /"id": "own"/)
    await back()
    await leaving.getByRole('button', { name: 'Leave and keep it' }).click()
    await page.getByRole('heading', { name: 'What is not well' }).waitFor()
    await page.goForward()
    match(await json.inputValue(), /"id": "own"/)
    // A page with something unsaved is not closed without a question.
    const [question] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })])
    equal(question.type(), 'beforeunload')
    await question.dismiss()

    // When it is added, what was said happens, and its first event arrives
    await page.getByText('The session second_hosted/message starts.').waitFor()
    await page.getByText('3 sessions go on undisturbed.').waitFor()
    await button('Add the collector').click()
    await page.getByRole('row', { name: /second_hosted\/message live/ }).waitFor()
    await page.getByRole('row', { name: /^in_browser .* revision 1, podpipe/ }).waitFor()
    await arrives('message', 'mail.proofpoint.pod.message')
    await page.getByRole('link', { name: 'second_hosted/message' }).click()
    await page
      .getByText(/connected, as/)
      .first()
      .waitFor()

    // When somebody else changes it while it is edited, that is said before anything is lost
    await page.getByRole('link', { name: 'in_browser' }).click()
    await button('Edit').click()
    await page.getByLabel('Environment').fill('mine')
    await change({ does: 'disable', name: 'in_browser', seen: 1 })
    await page.getByText('has changed it meanwhile').waitFor()
    await button('Take what is there').click()
    // What was written and is left is let go, if one wants that
    await page.getByLabel('Environment').fill('mine')
    await page
      .getByRole('row', { name: /in_browser/ })
      .getByRole('button')
      .click()
    await leaving.getByRole('button', { name: 'Discard it' }).click()

    // When it is removed, that is asked first, and the list has it no more
    await button('Remove').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove in_browser' }).click()
    await page.getByRole('row', { name: /in_browser/ }).waitFor({ state: 'detached' })
  })

  await t.test(
    'keys are exchanged: every revision is sealed anew, and nothing else of it changes',
    async t => {
      const { client, topics, close } = await chain.topics()
      atEnd(t, close)
      const fetcher = await createFetcher(client)
      atEnd(t, () => fetcher.close())
      const [, prefix = ''] = /prefix: (\w+)/.exec(readFileSync(chain.configFile, 'utf8')) ?? []
      const [, old = ''] = /secret_key: "([^"]+)"/.exec(readFileSync(chain.configFile, 'utf8')) ?? []
      const now = 'the-next-key-of-thirty-two-characters'
      const store = { client, fetcher, topic: topics.collectors, prefix }
      const rekey = () => answer('POST', 'collectors/rekey', {} as never)
      deepEqual((await rekey()).answer, { revisions: 0, left: [] })
      const before = await readRevisions(store)
      await rewriteRevisions(store, each => rekeyed(each, sealingKeyOf(`${now} ${old}`)).changed)
      const after = await readRevisions(store)
      const shownOf = (all: typeof before) =>
        [...all].map(([name, each]) => [name, ...each.map(({ secrets: _, ...rest }) => rest)])
      deepEqual(shownOf(after), shownOf(before))
      for (const { name, secrets } of [...after.values()].flat())
        for (const secret of secrets) equal(unseal(sealingKeyOf(now), name, secret), secondKey)
      // The console has the earlier key alone, and says which one it lacks.
      deepEqual((await get<CollectorsAnswer>('collectors')).needs_rekey.sort(), ['in_browser', 'second'])
      const { revisions, left } = (await rekey()).answer
      deepEqual([revisions, left[0].key_id], [0, sealingKeyOf(now).id])
    },
  )

  // Then nothing is lost, of neither cluster
  await undisturbed()
  chain.proofpoint.pause()
  await until('everything that was sent is delivered', () => missing() === 0)
  const sent = chain.proofpoint.ledger.counts().sent + second.ledger.counts().sent
  t.diagnostic(`sent ${sent}   distinct at the sink ${chain.devo.stats().distinct}   lost ${missing()}`)
})
