// Whether screens keep the rules of accessibility, as axe checks them, in both themes and at both widths, and nothing of them is cut off.

import { deepEqual, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { axeFindings } from './axe.ts'
import { openPage } from './browser.ts'

/** @param places of the page, each with what stands there once it is drawn */
export async function wellDrawn(
  t: TestContext,
  url: string,
  places: readonly (readonly [hash: string, sign: string])[],
): Promise<void> {
  const page = await openPage(t, url, { colorScheme: 'light', bypassCSP: true, reducedMotion: 'reduce' })
  for (const [hash, sign] of places) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(`${url}#/${hash}`)
    await page.getByText(sign).first().waitFor()
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 860 })
      deepEqual(await axeFindings(page), [], `${hash}, ${width}`)
      equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${hash}, ${width}`)
    }
    // The themes differ by their colours alone.
    await page.emulateMedia({ colorScheme: 'dark' })
    deepEqual(await axeFindings(page, ['color-contrast']), [], `${hash}, dark`)
  }
}
