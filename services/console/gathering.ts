// Gathers what a picture shows: what the services say of themselves, and the account of Kafka. Also while nobody looks a sample of it
// goes into the topic of history now and then.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Look } from '@podpipe/operations/figures/figures.ts'
import { lookAt } from '@podpipe/operations/figures/look.ts'
import type { Account } from '@podpipe/operations/picture/account.ts'
import { accountTroubles, type Unread, unreadAccount } from '@podpipe/operations/picture/account-troubles.ts'
import { lookBefore } from '@podpipe/operations/picture/look-before.ts'
import { type Picture, pictureOf } from '@podpipe/operations/picture/picture.ts'
import { createAccountReader } from '@podpipe/operations/picture/read-account.ts'
import { entryOf, sampleOf } from '@podpipe/operations/picture/sample.ts'
import { silentServices } from '@podpipe/operations/picture/silent.ts'
import type { StatusPlace } from '@podpipe/operations/status/places.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Context, Early } from '@podpipe/runtime/service.ts'
import type { ConsoleHistory } from './history.ts'

export interface Gathering {
  /** Takes a picture now. Whatever does not answer is in it as a trouble. */
  take(): Promise<Picture>
  /** The last one, unless it is older than from one sample to the next. */
  lately(): Picture | undefined
  /** Reads the account from now on, and keeps a sample every ten seconds. */
  connect(context: Context): void
  disconnect(): void
}

const sampleMs = 10_000
const accountMs = 2_000
// A picture does not wait for Kafka where there is an account to show; the first waits a little.
const patienceMs = 400

export function createGathering(
  { live, readiness, log, metrics }: Pick<Early, 'live' | 'readiness' | 'log' | 'metrics'>,
  places: () => Promise<readonly StatusPlace[]>,
  history: Pick<ConsoleHistory, 'note'>,
): Gathering {
  const silentSince = new Map<string, string>()
  const missingSince = new Map<string, string>()
  let looks: readonly Look[] = []
  let account: Account | undefined
  let readAccount: ReturnType<typeof createAccountReader> | undefined
  let reading: Promise<void> | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let unread: Unread | undefined
  let latest: Picture | undefined
  let sampling: ReturnType<typeof setInterval> | undefined

  async function refreshAccount(): Promise<void> {
    const read = readAccount
    if (read === undefined || performance.now() - readAt < accountMs) return
    reading ??= read(live.current.outputs)
      .then(
        found => {
          account = found
          readAt = performance.now()
          unread = undefined
        },
        error => {
          log.debug({ reason: reasonOf(error) }, 'the account cannot be read; it is tried again')
          readAt = performance.now()
          const { since = new Date().toISOString(), times = 0 } = unread ?? {}
          unread = { since, reason: reasonOf(error), times: times + 1 }
        },
      )
      .finally(() => {
        reading = undefined
      })
    if (account === undefined) await Promise.race([reading, sleep(patienceMs, undefined, { ref: false })])
  }

  async function take(): Promise<Picture> {
    const begun = performance.now()
    const [look] = await Promise.all([places().then(lookAt), refreshAccount()])
    const before = lookBefore(looks, look.at)
    looks = [...looks.slice(before === undefined ? 0 : looks.indexOf(before)), look]
    const at = new Date().toISOString()
    const own = [
      ...silentServices(
        look.services.map(({ answer }) => answer),
        silentSince,
        at,
      ),
      ...readiness.troubles().map(trouble => ({ service: 'console', ...trouble })),
      ...accountTroubles(account, missingSince, at),
      ...unreadAccount(unread),
    ]
    latest = pictureOf(at, look, before, live.current, account, own)
    metrics.consoleGathering.add({}, [(performance.now() - begun) / 1_000])
    return latest
  }

  async function keepSample(): Promise<void> {
    const picture = await take()
    // While nobody answers there is nothing to keep.
    if (picture.sessions.length + picture.dedup.length + picture.outputs.length > 0)
      history.note(entryOf(sampleOf(picture), `console/${process.pid}`))
  }

  return {
    take,
    lately: () =>
      latest && Date.now() - Date.parse(latest.at) < sampleMs + sampleMs / 2 ? latest : undefined,
    connect({ client, fetcher, topics, config }) {
      readAccount = createAccountReader(client, fetcher, topics, config.kafka)
      void keepSample()
      sampling = setInterval(() => void keepSample(), sampleMs)
    },
    disconnect() {
      clearInterval(sampling)
      readAccount = undefined
    },
  }
}
