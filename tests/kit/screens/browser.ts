// A real browser for tests of the console: the system's Chromium, driven by playwright.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { atEnd } from '../at-end.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Where Chromium is: CHROMIUM, or in PATH; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const given = process.env.CHROMIUM
  if (given) return given
  const folders = (process.env.PATH ?? '').split(':')
  return folders.flatMap(folder => names.map(name => join(folder, name))).find(path => existsSync(path))
}

/** What a test of the console is skipped with where no Chromium is; false where one is. */
export const withoutChromium: string | false =
  chromiumPath() === undefined &&
  'there is no Chromium here: install it (Debian: apt-get install chromium), or name one in CHROMIUM'

/** Starts Chromium; whoever starts it closes it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(String(withoutChromium))
  // In a container it can neither make namespaces nor use much of /dev/shm; what it loads here is our own.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
}

let shared: Promise<Browser> | undefined

/**
 * Opens a page in a browser that all tests of a file share. What the page does wrong fails the test: an error in its scripts, a
 * breach of its policy.
 * @param options such as `viewport` and `colorScheme`
 */
export async function openPage(
  t: TestContext,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  shared ??= launchChromium()
  const browser = await shared
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(`the page failed: ${error.message}`))
  page.on('console', message => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) faults.push(message.text())
  })
  atEnd(t, async () => {
    await context.close()
    if (faults.length > 0) throw new Error(faults.join('\n'))
  })
  await page.goto(url)
  return page
}

/** Closes the shared browser; for `after` of a file. */
export async function closeBrowser(): Promise<void> {
  await (await shared)?.close()
  shared = undefined
}
