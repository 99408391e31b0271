// What the console is asked for each of its rights in Kafka, and the words in which it then misses one.

import { setTimeout as sleep } from 'node:timers/promises'
import { ownHeader } from '@podpipe/console/access/foreign.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Right } from '@podpipe/schemas/access.ts'

/** The words in which a right is missed, once what needs it was asked for; undefined where it went well. */
export type Missing = (right: Right) => Promise<string | undefined>

/** Rights that are needed when the console begins and not again, or that its notes need by themselves: missed at /status. */
export const isMissedAtStatus = ({ operation, name }: Right): boolean =>
  /\.history$/.test(name) || (/\.collectors$/.test(name) && operation !== 'Write')

/**
 * Who may ask for the settings of a topic Kafka looks at as one who may alter them. So of who may not alter them the console sees
 * that already where it asks.
 */
export const seenAs = (right: Right): Right =>
  right.principal === 'User:console' && right.operation === 'AlterConfigs'
    ? { ...right, operation: 'DescribeConfigs' }
    : right

/** @param url of a console to which nobody has to sign in */
export function consoleAsked(url: string): Missing {
  let number = 0
  const ask = async (path: string, body?: object): Promise<{ ok: boolean; answer: Answer }> => {
    const response = await fetch(`${url}api/v1/${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', [ownHeader]: '1' },
      }),
    })
    return { ok: response.ok, answer: (await response.json()) as Answer }
  }
  const refused = async (path: string, body?: object): Promise<string | undefined> => {
    const { ok, answer } = await ask(path, body)
    return ok ? undefined : `${answer.what}: ${answer.why} ${answer.fix}`
  }

  /** A collector that reads nothing. */
  const define = (): Promise<string | undefined> => {
    const name = `of_a_test_${++number}`
    const credentials = { cluster_id: `${name}_hosted`, api_key: 'canary-of-a-collector' }
    const input = { id: 'x', enabled: false, credentials, services: { message: {} } }
    return refused('collectors/changes', { does: 'add', text: JSON.stringify({ inputs: { [name]: input } }) })
  }
  /** The newest reject of dedup that was never sent again. */
  const sendAgain = async (): Promise<string | undefined> => {
    const { answer: page } = await ask('rejected?service=message&open=true&limit=1')
    const failure = await refused('rejected/redrive', { numbers: page.newest.map(({ offset }) => offset) })
    if (failure !== undefined) return failure
    for (;;) {
      const { run } = (await ask('rejected/redrive')).answer
      if (run.ended !== null) return run.failure ?? undefined
      await sleep(25)
    }
  }
  const replay = (): Promise<string | undefined> =>
    refused('replays', { output: 'devo_1', service: 'audit', from: '-1h', to: 'now', name: `r${++number}` })
  const account = async (): Promise<string | undefined> => {
    const response = await fetch(`${url}api/v1/live`)
    let text = ''
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      const [, picture] = /^data: (.*)\n\n/m.exec(text) ?? []
      if (picture === undefined) continue
      const { troubles }: { troubles: { part: string; cause: string }[] } = JSON.parse(picture)
      return troubles.find(({ part }) => part === 'account')?.cause
    }
    return undefined
  }

  const asked: Missing = ({ operation, on, name }) => {
    if (on === 'group') return operation === 'Read' ? replay() : account()
    if (on === 'transactional-id' || name.endsWith('.collectors')) return define()
    if (operation === 'Read') return refused('events?stage=raw')
    return sendAgain()
  }
  // Now and then it is restarted for another of its rights.
  return right => asked(right).catch(reasonOf)
}

/** What is taken of the API's answers. */
interface Answer {
  readonly what: string
  readonly why: string
  readonly fix: string
  readonly newest: readonly { readonly offset: number }[]
  readonly run: { readonly ended: string | null; readonly failure: string | null }
}
