// How long a person waits for the first screen: a browser that knows nothing of the page, from the address to the flow.

import { chromiumPath, launchChromium, withoutChromium } from '@podpipe/tests/kit/screens/browser.ts'

const rounds = 7

/** Milliseconds of each round; none where there is no Chromium, which is told. */
export async function firstScreens(url: string, say: (text: string) => void): Promise<number[]> {
  if (chromiumPath() === undefined) {
    say(`  the first screen is not measured: ${withoutChromium}`)
    return []
  }
  const browser = await launchChromium()
  const found: number[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      // A context of its own has an empty cache.
      const context = await browser.newContext()
      const page = await context.newPage()
      const begun = performance.now()
      await page.goto(url)
      await page.locator('.pipeline').waitFor()
      found.push(performance.now() - begun)
      await context.close()
    }
  } finally {
    await browser.close()
  }
  return found
}
