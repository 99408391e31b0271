// The inputs of podpipe: those of its file, to be seen, and those of the console, to be changed.

import { type Change, type Prepared, prepare } from '@podpipe/operations/collectors/change.ts'
import { diffOf } from '@podpipe/operations/collectors/diff.ts'
import { textOf } from '@podpipe/operations/collectors/draft.ts'
import { needsRekey } from '@podpipe/operations/collectors/rekey.ts'
import { type CollectorRun, runsOf } from '@podpipe/operations/collectors/runs.ts'
import { shownCollectors, textOfInput } from '@podpipe/operations/collectors/shown.ts'
import {
  type Revisions,
  readRevisions,
  StaleError,
  writeRevision,
} from '@podpipe/operations/collectors/store.ts'
import { askAll } from '@podpipe/operations/status/ask.ts'
import { sealingKeyOf } from '@podpipe/runtime/collectors/sealing.ts'
import { readNamedFile } from '@podpipe/runtime/config/read.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { Refusal, refusals } from '../refusal.ts'
import {
  appliedSchema,
  changeSchema,
  collectorSchema,
  collectorsSchema,
  nameSchema,
  type PreviewAnswer,
  previewSchema,
  type RevisionAnswer,
  revisionsSchema,
} from './collectors-schema.ts'
import type { Resource } from './resources.ts'

export const collectors: Resource = (api, room) => {
  const { secretKey } = room.config.console
  const key = secretKey === undefined ? undefined : sealingKeyOf(secretKey)

  const storeOf = () => {
    const { client, fetcher, topics, config } = room.kafka()
    return { client, fetcher, topic: topics.collectors, prefix: config.kafka.prefix }
  }
  const work = (change: Change, revisions: Revisions): Prepared => {
    const around = { env: process.env, now: Date.now(), readText: readNamedFile }
    try {
      return prepare(change, { config: room.live.current, revisions, key, around })
    } catch (error) {
      throw staleOr(error)
    }
  }

  /** Says of each input which processes have which revision of it. */
  const asked = async (): Promise<(name: string) => CollectorRun[]> => {
    const answers = await askAll(await room.places())
    return name => runsOf(name, answers)
  }

  api.get(
    '/collectors',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'collectors',
        summary: 'Every input: those of the configuration file and those that were defined here',
        response: { 200: collectorsSchema, ...refusals },
      },
    },
    async () => {
      const [revisions, runs] = await Promise.all([readRevisions(storeOf()), asked()])
      return {
        can_seal: key !== undefined,
        needs_rekey: [...revisions].flatMap(([name, all]) =>
          key !== undefined && all.some(each => needsRekey(each, key)) ? [name] : [],
        ),
        kinds: [...room.live.current.services],
        collectors: shownCollectors(room.live.current, revisions).map(each => ({
          ...each,
          runs: runs(each.name),
        })),
      }
    },
  )

  api.get(
    '/collectors/:name',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'collector',
        summary: 'One input with its JSON; secrets are stood for and never sent',
        params: nameSchema,
        response: { 200: collectorSchema, ...refusals },
      },
    },
    async ({ params: { name } }) => {
      const [revisions, runs] = await Promise.all([readRevisions(storeOf()), asked()])
      const shown = shownCollectors(room.live.current, revisions).find(each => each.name === name)
      if (shown === undefined) throw notThere(name)
      const stored = shown.managed_by === 'console' ? revisions.get(name)?.at(-1) : undefined
      const input = room.live.current.inputs.find(each => each.name === name && each.collector === undefined)
      const text = stored !== undefined ? textOf(stored) : input ? textOfInput(input) : ''
      return { ...shown, runs: runs(name), text }
    },
  )

  api.get(
    '/collectors/:name/revisions',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'collectorRevisions',
        summary: 'What became of a collector, the newest first: who, when, and what changed',
        params: nameSchema,
        response: { 200: revisionsSchema, ...refusals },
      },
    },
    async ({ params: { name } }) => {
      const revisions = (await readRevisions(storeOf())).get(name)
      if (revisions === undefined) throw notThere(name)
      return revisions.map((each, at) => revisionOf(each, revisions[at - 1])).reverse()
    },
  )

  api.post(
    '/collectors/preview',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'previewCollectorChange',
        summary:
          'What a change would do, without doing it: faults at their line and column, and which sessions it takes',
        body: changeSchema,
        response: { 200: previewSchema, ...refusals },
      },
    },
    async ({ body }) => shownOf(work(body, await readRevisions(storeOf()))),
  )

  api.post(
    '/collectors/changes',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'changeCollector',
        summary: 'Makes a change; it is in force within seconds, and no other session is touched',
        description: 'Refused with 409 where somebody else has changed the collector since it was seen.',
        body: changeSchema,
        response: { 200: appliedSchema, ...refusals },
      },
    },
    async request => {
      const { body } = request
      const store = storeOf()
      const prepared = work(body, await readRevisions(store))
      const { name, seen, next, faults } = prepared
      const note = (result: 'done' | 'refused', words = {}): void =>
        room.actions.note(request, {
          what: `collector.${next?.what ?? body.does}`,
          subject: name === '' ? 'collector' : name,
          result,
          words,
        })
      if (next === undefined) {
        note('refused')
        throw new Refusal(422, {
          what: 'The collector cannot be kept like this',
          where: name === '' ? 'the JSON' : name,
          why: faults.map(({ text }) => text).join('\n'),
          fix: 'Correct what is named; nothing was changed.',
        })
      }
      const by = request.person?.name ?? 'somebody'
      const written = await writeRevision(store, name, seen, () => ({
        ...next,
        revision: seen + 1,
        at: Date.now(),
        by,
      })).catch(error => {
        throw staleOr(error)
      })
      note('done', { revision: String(written.revision) })
      return { ...shownOf(prepared), revision: written.revision }
    },
  )
}

const shownOf = ({ name, faults, warnings, effects, diff }: Prepared): PreviewAnswer => ({
  name,
  faults: faults.map(placed),
  warnings: warnings.map(placed),
  effects: { ...effects, sessions: [...effects.sessions], live: [...effects.live] },
  diff: diff.map(({ sign, text }) => ({ sign, text })),
})

const placed = ({ line, column, key, what, advice }: Prepared['faults'][number]) => ({
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  ...{ key, what, advice },
})

function revisionOf(revision: Collector, before: Collector | undefined): RevisionAnswer {
  const shown = (each: Collector | undefined): string =>
    each === undefined || each.what === 'removed' ? '' : textOf(each)
  return {
    revision: revision.revision,
    at: new Date(revision.at).toISOString(),
    by: revision.by,
    what: revision.what,
    ...(revision.from_revision !== null && { from_revision: revision.from_revision }),
    secrets_changed: secretsOf(revision) !== secretsOf(before ?? revision),
    diff: diffOf(shown(before), shown(revision)).map(({ sign, text }) => ({ sign, text })),
  }
}

const secretsOf = ({ secrets }: Collector): string =>
  secrets.map(({ path, sealed }) => `${path} ${sealed.toString('hex')}`).join()

function staleOr(error: unknown): unknown {
  if (!(error instanceof StaleError)) return error
  const { current } = error
  if (current === undefined || current.what === 'removed') {
    return new Refusal(409, {
      what: 'The change was not made',
      where: current?.name ?? 'the collector',
      why: current === undefined ? error.message : `${current.by} has removed the collector meanwhile`,
      fix: 'Look at the list again; what you wrote is still in the page.',
    })
  }
  return new Refusal(409, {
    what: 'The change was not made: somebody else was faster',
    where: current.name,
    why: `${current.by} has ${current.what.replace('_', ' ')} it at ${new Date(current.at).toISOString()}; it is at revision ${current.revision} now`,
    fix: 'Look at what has changed, and make your change on that; what you wrote is still in the page.',
  })
}

const notThere = (name: string): Refusal =>
  new Refusal(404, {
    what: 'There is no such input',
    where: name,
    why: 'neither the configuration file nor the console has one of this name; perhaps it was removed',
    fix: 'Look at the list of collectors.',
  })
