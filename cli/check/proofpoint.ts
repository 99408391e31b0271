// The sessions of an input: each is opened and closed at once. It asks for an hour of the archive, so that no live event
// goes to a session that nobody reads, and Proofpoint's live position stays where it is.

import { archiveAddress } from '@podpipe/ingest/address.ts'
import { createRoots } from '@podpipe/ingest/roots.ts'
import { runSession } from '@podpipe/ingest/session.ts'
import { afterSession, messageOf } from '@podpipe/ingest/session-end.ts'
import type { Input, InputService } from '@podpipe/runtime/config/config.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { bad, type Check, good } from './check.ts'

const hourMs = 3_600_000
/** An hour that Proofpoint has in its archive by now: it takes half an hour to come there. */
const settledMs = 30 * 60_000

/** One check for each stream; and one for the second key, where there is one. */
export async function checkInput(input: Input, now: number): Promise<Check[]> {
  const hour = Math.floor((now - settledMs) / hourMs) * hourMs - hourMs
  const checks: Check[] = []
  for (const service of input.services) {
    const part = `inputs.${input.name}.services.${service.service}`
    checks.push(await checkSession(part, input.cluster, service, input.apiKey, hour))
  }
  const [first] = input.services
  if (first !== undefined && input.backfillApiKey !== undefined) {
    const part = `inputs.${input.name}.credentials.backfill_api_key`
    checks.push(await checkSession(part, input.cluster, first, input.backfillApiKey, hour))
  }
  return checks
}

async function checkSession(
  part: string,
  cluster: string,
  service: InputService,
  apiKey: string,
  hour: number,
): Promise<Check> {
  const closing = new AbortController()
  let opened = false
  const end = await runSession({
    address: archiveAddress(service.url, cluster, service.type, hour),
    apiKey,
    roots: createRoots(service.ca, createLog('validate', 'silent'))(),
    proxy: service.proxy,
    pingInterval: 60_000,
    pauseLimit: 60_000,
    onOpen() {
      opened = true
      closing.abort()
    },
    onFrame: () => undefined,
    onOversize: () => undefined,
    onPong: () => undefined,
    isFull: () => false,
    onPaused: () => undefined,
    room: async () => undefined,
    signal: closing.signal,
  })
  if (opened) return good(part, `${service.url} opens a session (one for the archive, closed at once)`)
  if (end.kind === 'refused' && end.status === 409) {
    return good(
      part,
      "answered with 409: a session uses this key just now, such as podpipe itself or the vendor's collector. Key, cluster and address are right; Proofpoint allows one session at a time, so end the other collector before podpipe starts",
    )
  }
  return bad(part, `${service.url}: ${messageOf(afterSession(end, 1, service.requestPeriodMs, 0))}`)
}
