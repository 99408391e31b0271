// The console of a demo that goes on: its page built, its process started, its address said.

import { setTimeout as sleep } from 'node:timers/promises'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import type { Chain } from './chain.ts'

const pollMs = 100

/**
 * Starts it beside the chain, and says where it is once it answers, and what to try there.
 * @param collector one that may be added, as JSON
 */
export async function openConsole(
  chain: Chain,
  collector: string,
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
  say(`
Open ${url} to see events flow. Ctrl-C ends it.

Two things to try there:

1. Add a collector. A second cluster of Proofpoint is simulated, and nothing reads it yet. On the page go to
   Collectors, Add a collector, put this in place of the JSON there, and watch its events arrive:

${collector.replaceAll(/^/gm, '   ')}

2. Break the output. Type  break  here and press Enter: the simulated Devo refuses connections. The page says
   what is wrong, what it means for the events, and what to do. Type  mend  to let Devo take events again.
`)
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    response => response.ok,
    () => false,
  )
}
