// Sends all the rejects that are meant again, however many: what is held at once is a portion of them.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { closedBy } from '@podpipe/runtime/kafka/read/closed-by.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { openRedrive, planRedrive, type Redriving } from './redrive.ts'
import { accountOf, type RedriveAccount, sumOf } from './redrive-account.ts'
import type { Reject, Selection } from './reject.ts'
import { readRejects, readRejectsAt } from './stored.ts'

/** Which rejects: by their numbers, or all that a filter means. Those that were sent again are left out. */
export interface RedriveAsked {
  readonly numbers?: readonly number[]
  readonly selection: Selection
  /** The Proofpoint cluster of those whose record raw no longer has. */
  readonly cluster?: string
}

export interface RedriveEnd {
  readonly account: RedriveAccount
  /** Whether all that is meant was looked at; not, where the signal fired before. */
  readonly isWhole: boolean
}

/** What is planned and held at once, at most: rejects, and bytes of them. */
const portionRejects = 500
const portionBytes = 4 * 1024 * 1024

/**
 * Plans and writes portion by portion.
 * @param options.dryRun only says where they would go
 * @param options.signal ends it behind the portion that is under way; what is written is noted
 * @param options.onAccount is told what has been done so far
 * @throws when Kafka fails; what was told of is done, and the same goes on with the rest
 */
export async function redriveAll(
  kafka: { readonly client: KafkaClient; readonly fetcher: Fetcher; readonly topics: Topics },
  config: Pick<PodpipeConfig, 'inputs'>,
  { numbers, selection, cluster }: RedriveAsked,
  options: {
    readonly dryRun: boolean
    readonly signal: AbortSignal
    readonly onAccount?: (account: RedriveAccount) => void
  },
): Promise<RedriveEnd> {
  const { client, fetcher, topics } = kafka
  const { dryRun, signal, onAccount = () => undefined } = options
  // Reading ends with the signal; writing never in its midst.
  const reading: Fetcher = { ...fetcher, ...closedBy(fetcher, signal) }
  const meant =
    numbers === undefined
      ? readRejects(client, reading, topics, { ...selection, open: true })
      : readRejectsAt(client, reading, topics, numbers)
  let account = accountOf([], 0, dryRun)
  let redriving: Redriving | undefined
  try {
    for await (const portion of inPortions(meant)) {
      const planned = await planRedrive(portion, config, {
        fetcher: reading,
        topics,
        cluster,
        isPreview: dryRun,
      })
      const again = planned.flatMap(({ fate }) => (fate.kind === 'again' ? [fate.again] : []))
      let written = dryRun ? again.length : 0
      try {
        if (dryRun || again.length === 0) continue
        redriving ??= await openRedrive(kafka)
        await redriving.write(again, count => {
          written += count
        })
      } finally {
        account = sumOf(account, accountOf(planned, written, dryRun))
        onAccount(account)
      }
      if (signal.aborted) return { account, isWhole: false }
    }
    return { account, isWhole: true }
  } catch (error) {
    if (signal.aborted) return { account, isWhole: false }
    throw error
  } finally {
    await redriving?.close()
  }
}

async function* inPortions(rejects: AsyncIterable<Reject>): AsyncGenerator<Reject[], void, undefined> {
  let portion: Reject[] = []
  let bytes = 0
  for await (const reject of rejects) {
    portion.push(reject)
    bytes += reject.bytes.length
    if (portion.length < portionRejects && bytes < portionBytes) continue
    yield portion
    portion = []
    bytes = 0
  }
  if (portion.length > 0) yield portion
}
