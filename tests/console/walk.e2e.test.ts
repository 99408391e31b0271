// The walk of a person who has never seen podpipe: starts the demo, opens the one address that it prints, adds the collector that it
// proposes, watches its events arrive, breaks the output, reads what the page says, and mends it.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, test } from 'node:test'
import { startDemo } from '../kit/chains/demo-process.ts'
import { eventually, until } from '../kit/eventually.ts'
import { closeBrowser, openPage, withoutChromium } from '../kit/screens/browser.ts'
import { nextPicture } from '../kit/screens/next-picture.ts'

after(closeBrowser)

test('with --forever the demo prints one address; Ctrl-C ends it, with an account that closes', async t => {
  const { child, done, said, left } = startDemo(t, ['--forever'])
  await until('it says where to look, and what to try', () => said().includes('mend'))
  const [address = '', ...others] = said().match(/http:\S+/g) ?? []
  deepEqual(others, [])
  await eventually('events are seen to arrive', async () => {
    const picture = await nextPicture(address)
    return (picture.account?.outputs[0]?.done ?? 0) > 0 || undefined
  })

  await t.test('what it proposes works, by the words on the page', { skip: withoutChromium }, async t => {
    const page = await openPage(t, address)
    const button = (name: string | RegExp) => page.getByRole('button', { name })
    const link = (name: string) => page.getByRole('navigation').getByRole('link', { name })
    const flows = page.getByRole('listitem').filter({ hasText: /^(Sessions|Outputs)/ })
    await page.getByText('Nothing is wrong').waitFor()
    await flows.getByText('3 of 3 live').waitFor()

    await link('Collectors').click()
    await button('Add a collector').click()
    await page.getByLabel('The collector as JSON').fill(/^ {3}\{[\s\S]*?^ {3}\}/m.exec(said())?.[0] ?? '')
    await page.getByText('The session second_hosted/message starts.').waitFor()
    await button('Add the collector').click()
    await page.getByRole('row', { name: /second_hosted\/message live [1-9]/ }).waitFor()
    await link('Flow').click()
    await flows.getByText('5 of 5 live').waitFor()

    const begun = performance.now()
    child.stdin.write('break\n')
    const trouble = page.locator('.trouble').filter({ hasText: 'devo_1: no proof of delivery' })
    await trouble.waitFor()
    t.diagnostic(`the output is named after ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    const words = (await trouble.textContent()) ?? ''
    for (const part of ['What it means', 'Its events wait in Kafka', 'Why', 'ECONNREFUSED', 'What to do'])
      ok(words.includes(part), words)
    await page.getByRole('status').getByText('degraded').first().waitFor()
    child.stdin.write('mend\n')
    await page.getByText('Nothing is wrong').waitFor()
    await page.getByRole('status').getByText('healthy').first().waitFor()
  })

  child.kill('SIGINT')
  const { out, err, code } = await done
  equal(code, 0, err)
  match(out, /delivered [1-9].*lost 0 +changed 0 +doubled /)
  deepEqual(left(), [])
})
