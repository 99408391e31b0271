// A chain for a test: on the broker of the test run, under a prefix of its own, gone when the test ends.

import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { type Accounting, gaps, sentenceOf } from '@podpipe/demo/accounting.ts'
import { type Chain, type ChainOptions, createChain } from '@podpipe/demo/chain.ts'
import { atEnd } from '../at-end.ts'
import { testBrokers } from '../brokers/test-brokers.ts'
import { testDirectory } from '../directory.ts'

/**
 * Makes a chain with both simulators; its services are the test's to start.
 * @param options.seed is printed, so that a run can be repeated
 */
export async function testChain(
  t: TestContext,
  options: Partial<ChainOptions> & { seed?: number } = {},
): Promise<Chain> {
  const { seed = randomBytes(2).readUInt16BE(0) } = options
  t.diagnostic(`seed ${seed}`)
  const directory = testDirectory(t)
  const chain = await createChain({
    directory,
    brokers: options.brokers ?? testBrokers(),
    prefix: `t${randomBytes(4).toString('hex')}`,
    partitions: 3,
    ...options,
    proofpoint: { seed, ...options.proofpoint },
    devo: { seed, ...options.devo },
  })
  atEnd(t, () => chain.close())
  return chain
}

/** Prints the accounting of a run and says what does not close; empty when nothing was lost. */
export async function accountFor(
  t: TestContext,
  chain: Chain,
  options: { doublesAllowed: boolean },
): Promise<{ accounting: Accounting; gaps: string[] }> {
  const accounting = await chain.accounting()
  t.diagnostic(
    `offered ${accounting.offered}   ${sentenceOf(accounting)}   doubled in unique ${accounting.doubledInUnique}`,
  )
  return { accounting, gaps: gaps(accounting, options) }
}

/** Waits until everything that was offered has arrived; when it does not, says where it stands. */
export async function arrives(chain: Chain): Promise<void> {
  if (await chain.settled()) return
  const tails = (['ingest', 'dedup', 'forwarder'] as const).map(
    service => `Last lines of ${service}:\n${chain.process(service).tail(15)}`,
  )
  throw new Error(`Not everything arrived.\n${sentenceOf(await chain.accounting())}\n${tails.join('\n')}`)
}
