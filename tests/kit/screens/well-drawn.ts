// Whether screens keep the rules of accessibility, as axe checks them, and nothing of them is cut off: wide and light, narrow and dark.
// Neither theme knows of widths, so that each of them at one width sees all.

import { deepEqual, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { axeFindings } from './axe.ts'
import { openPage } from './browser.ts'

const looks = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const

/** @param places of the page, each with what stands there once it is drawn */
export async function wellDrawn(
  t: TestContext,
  url: string,
  places: readonly (readonly [hash: string, sign: string])[],
): Promise<void> {
  const page = await openPage(t, url, { bypassCSP: true, reducedMotion: 'reduce' })
  for (const [hash, sign] of places) {
    await page.goto(`${url}#/${hash}`)
    await page.getByText(sign).first().waitFor()
    for (const { width, colorScheme } of looks) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 860 })
      deepEqual(await axeFindings(page), [], `${hash}, ${width}`)
      equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${hash}, ${width}`)
    }
  }
}
