// The console of a demo that goes on: its page built, its process started, its address said.

import { setTimeout as sleep } from 'node:timers/promises'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import type { Chain } from './chain.ts'

const pollMs = 100

/** Starts it beside the chain, and says where it is once it answers. */
export async function openConsole(
  chain: Chain,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (needsBuild()) {
    say('Building the page of the console ...')
    await buildPage()
  }
  const started = chain.start('console')
  const url = chain.consoleUrl ?? ''
  while (!(await answers(url))) {
    signal.throwIfAborted()
    if (!started.running) throw new Error(`The console has ended:\n${started.tail(8)}`)
    await sleep(pollMs)
  }
  say(`\nOpen ${url} to see events flow. Ctrl-C ends it.\n`)
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    response => response.ok,
    () => false,
  )
}
