// A chain with a console, and a second cluster of Proofpoint that no file names: what a collector is to read.

import { doesNotMatch, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { ownHeader } from '@podpipe/console/access/foreign.ts'
import type { AppliedAnswer, ChangeBody, PreviewAnswer } from '@podpipe/console/api/collectors-schema.ts'
import type { SessionsAnswer } from '@podpipe/console/api/sessions-schema.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../at-end.ts'
import { eventually, until } from '../eventually.ts'
import { watchedChain } from './watched-chain.ts'

/** The API key of the second cluster; no answer of the console may hold it. */
export const secondKey = 'key-of-the-second'

/** The sessions by their names: the state of each, and its connection. */
export type SessionStates = ReadonlyMap<string, string>

export async function collectorChain(t: TestContext) {
  const { chain, url } = await watchedChain(t, { proofpoint: { events: 400_000, rate: 50 } })
  const second = await startProofpoint({
    certificates: chain.certificates,
    cluster: 'second_hosted',
    tokens: [secondKey],
  })
  atEnd(t, () => second.close())

  const answer = async (method: string, path: string, body?: ChangeBody) => {
    const response = await fetch(`${url}api/v1/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', [ownHeader]: '1' },
      }),
    })
    const text = await response.text()
    doesNotMatch(text, new RegExp(`${secondKey}|simulated-token`), `${method} ${path}`)
    return { status: response.status, answer: JSON.parse(text) }
  }
  const get = async <Answer>(path: string): Promise<Answer> => (await answer('GET', path)).answer
  const post = async <Answer>(path: string, body: ChangeBody): Promise<Answer> => {
    const { status, answer: made } = await answer('POST', path, body)
    equal(status, 200, JSON.stringify(made))
    return made
  }
  const sessions = async (): Promise<SessionStates> =>
    new Map(
      (await get<SessionsAnswer>('sessions')).sessions.map(each => [
        each.name,
        `${each.state} ${each.connection ?? ''}`.trim(),
      ]),
    )
  const becomes = (what: string, holds: (sessions: SessionStates) => boolean) =>
    eventually(what, async () => (holds(await sessions()) ? true : undefined))
  let offered = 0

  await becomes('the sessions of the file are live', all =>
    ['message', 'maillog', 'audit'].every(each => isLive(all, `simulated_hosted/${each}`)),
  )
  await eventually('the console has Kafka', async () =>
    (await answer('GET', 'collectors')).status === 200 ? true : undefined,
  )
  return {
    chain,
    url,
    second,
    answer,
    get,
    sessions,
    becomes,
    change: (body: ChangeBody) => post<AppliedAnswer>('collectors/changes', body),
    preview: (body: ChangeBody) => post<PreviewAnswer>('collectors/preview', body),
    /** Offers an event of the second cluster, and waits until it is delivered, under its tag. */
    async arrives(type: 'message' | 'audit', tag: string): Promise<void> {
      const event = `{"guid":"second-${++offered}","ts":"2024-05-22T12:10:03.058340-0700"}`
      second.offer(type, event)
      await until(`${event} was sent`, () => second.ledger.counts().sent === offered)
      const [hash] = [...second.ledger.entries()].at(-1) ?? ['']
      await until(`${event} is delivered`, () => chain.devo.count(hash) === 1)
      equal([...chain.devo.hashes()].find(([each]) => each === hash)?.[1].tag, tag)
    },
    /** How many events that were sent, of either cluster, have not been delivered. */
    missing: (): number =>
      [chain.proofpoint, second]
        .flatMap(({ ledger }) => [...ledger.entries()])
        .filter(([hash, { kind }]) => kind !== 'junk' && chain.devo.count(hash) === 0).length,
  }
}

export const isLive = (sessions: SessionStates, name: string): boolean =>
  sessions.get(name)?.startsWith('live ') ?? false
