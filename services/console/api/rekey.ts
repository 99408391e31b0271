// Sealing the stored secrets of collectors anew, with the present key: the step between two keys.

import { type Rekeyed, rekeyed } from '@podpipe/operations/collectors/rekey.ts'
import { rewriteRevisions } from '@podpipe/operations/collectors/store.ts'
import { sealingKeyOf } from '@podpipe/runtime/collectors/sealing.ts'
import { noted } from '../access/noted.ts'
import { Refusal, refusals } from '../refusal.ts'
import { type RekeyedAnswer, rekeyedSchema } from './collectors-schema.ts'
import type { Resource } from './resources.ts'

export const rekey: Resource = (api, room) => {
  const { secretKey } = room.config.console

  async function all(): Promise<RekeyedAnswer> {
    if (secretKey === undefined) throw noKey
    const key = sealingKeyOf(secretKey)
    const { client, fetcher, topics, config } = room.kafka()
    const done: Rekeyed[] = []
    await rewriteRevisions(
      { client, fetcher, topic: topics.collectors, prefix: config.kafka.prefix },
      revisions => {
        const each = rekeyed(revisions, key)
        done.push(each)
        return each.changed
      },
    )
    return {
      revisions: done.reduce((sum, { changed }) => sum + changed.length, 0),
      left: done.flatMap(({ left }) => [...left]),
    }
  }

  api.post(
    '/collectors/rekey',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'rekeyCollectors',
        summary: 'Seals the secrets of all collectors, in all their revisions, with the present key',
        description:
          'Of several keys in `console.secret_key` the present one is the first. Nothing else of a collector changes, and no session notices.',
        response: { 200: rekeyedSchema, ...refusals },
      },
    },
    request =>
      noted(
        room,
        request,
        { what: 'collectors.rekeyed', subject: 'all collectors' },
        all,
        ({ revisions, left }) => ({
          revisions: String(revisions),
          left: String(left.length),
        }),
      ),
  )
}

const noKey = new Refusal(422, {
  what: 'Nothing can be sealed anew',
  where: 'console.secret_key',
  why: 'no key is set, so nothing is sealed either',
  fix: 'Set console.secret_key for ingest and for the console, and restart both.',
})
