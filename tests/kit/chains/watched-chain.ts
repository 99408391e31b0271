// A chain with a console that watches it: one for many stories.

import type { TestContext } from 'node:test'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import type { Chain, ChainOptions } from '@podpipe/demo/chain.ts'
import { eventually } from '../eventually.ts'
import { testChain } from './chain.ts'

export interface WatchedChain {
  readonly chain: Chain
  /** The page of the console. */
  readonly url: string
}

/** Starts simulators, services and console, and waits until the page is served. */
export async function watchedChain(
  t: TestContext,
  options: Partial<ChainOptions> = {},
): Promise<WatchedChain> {
  if (needsBuild()) await buildPage()
  const chain = await testChain(t, { console: true, ...options })
  for (const service of ['console', 'dedup', 'forwarder', 'ingest'] as const) chain.start(service)
  const url = chain.consoleUrl ?? ''
  await untilServed(url)
  return { chain, url }
}

/** Waits until the console answers. */
export async function untilServed(url: string): Promise<void> {
  await eventually('the console answers', async () => {
    const response = await fetch(`${url}api/v1/access`).catch(() => undefined)
    return response?.ok ? true : undefined
  })
}
