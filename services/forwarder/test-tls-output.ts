// An output over TLS to a sink of the test's, and what came of what it was given. Only tests import this file.

import type { TestContext } from 'node:test'
import type { Output } from './delivery.ts'
import type { PeerOutputOptions } from './output-options.ts'
import { createAuthority, createClientPair, createServerPair } from './peers/test-certificates.ts'
import { type LoggedOutput, startLoggedOutput } from './peers/test-output.ts'
import type { Sink } from './peers/test-sink.ts'

export const authority = await createAuthority()
export const server = await createServerPair(authority)
export const client = await createClientPair(authority)

export const limits = { stretchEvents: 500, stretchBytes: 1024 * 1024, stretchMs: 50 }

export const startOutput = (
  t: TestContext,
  port: number,
  changes: Partial<PeerOutputOptions> = {},
): LoggedOutput =>
  startLoggedOutput(t, {
    name: 'devo_1',
    port,
    tls: { ...client, chain: authority.cert },
    limits,
    silenceMs: 10_000,
    ...changes,
  })

export const batch = (from: number, to: number): Buffer[] =>
  Array.from({ length: to - from }, (_, index) => Buffer.from(`event ${from + index}\n`))

export async function deliverAll(output: Output, events: number, batchSize = 250): Promise<void> {
  const confirmed: Promise<void>[] = []
  for (let from = 0; from < events; from += batchSize) {
    const delivery = await output.deliver(batch(from, Math.min(from + batchSize, events)))
    confirmed.push(delivery.confirmed)
  }
  await Promise.all(confirmed)
}

export function account(
  sink: Sink,
  sent: number,
): { sent: number; received: number; lost: number; doubled: number } {
  let lost = 0
  for (let event = 0; event < sent; event += 1) if (!sink.lines.has(`event ${event}`)) lost += 1
  return { sent, received: sink.order.length, lost, doubled: sink.order.length - sink.lines.size }
}
