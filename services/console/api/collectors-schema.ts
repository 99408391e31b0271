// The shapes of the resource of collectors.

import { Type } from 'typebox'

const time = (description: string) => Type.String({ description: `${description}; RFC 3339, UTC.` })
const seen = Type.Integer({ minimum: 1, description: 'The revision that the person looked at.' })
const name = Type.String({ minLength: 1, maxLength: 100 })
const text = Type.String({
  maxLength: 256 * 1024,
  description:
    'JSON as the vendor takes it: {"inputs": {"<name>": {…}}}. A secret that is stored is left as it is by ********.',
})

export const nameSchema = Type.Object({ name })

/** What a person wants done; the same for the preview and for the change. */
export const changeSchema = Type.Union([
  Type.Object({ does: Type.Literal('add'), text }),
  Type.Object({ does: Type.Literal('edit'), name, seen, text }),
  Type.Object({
    does: Type.Union([Type.Literal('enable'), Type.Literal('disable'), Type.Literal('remove')]),
    name,
    seen,
  }),
  Type.Object({ does: Type.Literal('roll_back'), name, seen, to: Type.Integer({ minimum: 1 }) }),
])

const shown = {
  name: Type.String(),
  managed_by: Type.Union([Type.Literal('file'), Type.Literal('console')]),
  enabled: Type.Boolean(),
  id: Type.String({ description: 'As its JSON has it.' }),
  cluster: Type.String(),
  environment: Type.Optional(Type.String()),
  services: Type.Array(Type.String()),
  revision: Type.Optional(
    Type.Integer({ description: 'The version of its definition; of one of the console.' }),
  ),
  at: Type.Optional(time('When that revision was made')),
  by: Type.Optional(Type.String({ description: 'Who made it.' })),
  problem: Type.Optional(Type.String({ description: 'Why it is not in use, and what to do.' })),
  runs: Type.Array(
    Type.Object({
      service: Type.Union([Type.Literal('ingest'), Type.Literal('forwarder')]),
      address: Type.String({ description: 'Of the process.' }),
      version: Type.String({ description: 'Of podpipe.' }),
      revision: Type.Optional(
        Type.Integer({
          description: 'As this process has it: a change has arrived where it is that of the collector.',
        }),
      ),
      read_at: Type.Optional(time('When it read its configuration last')),
      sessions: Type.Array(Type.String({ description: 'cluster/service' })),
    }),
    { description: 'The processes that answer and to which inputs mean something.' },
  ),
}

export const collectorsSchema = Type.Object({
  can_seal: Type.Boolean({
    description: 'Whether console.secret_key is set, so that collectors can be kept.',
  }),
  needs_rekey: Type.Array(Type.String(), {
    description:
      'Names of collectors, removed ones too, of which a revision has a secret that is sealed with another key than the present one.',
  }),
  kinds: Type.Array(Type.String(), { description: 'Kinds of event that a collector may read.' }),
  collectors: Type.Array(Type.Object(shown)),
})

export const collectorSchema = Type.Object({ ...shown, text: Type.String({ description: 'Its JSON.' }) })

export const rekeyedSchema = Type.Object({
  revisions: Type.Integer({ description: 'With a secret that was sealed anew.' }),
  left: Type.Array(
    Type.Object({
      name: Type.String(),
      revision: Type.Integer(),
      path: Type.String({ description: 'Which secret of it.' }),
      key_id: Type.String({ description: 'Of the key that it needs, and that is not here.' }),
    }),
  ),
})

const findingSchema = Type.Object({
  line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.Integer()),
  key: Type.String(),
  what: Type.String(),
  advice: Type.String({ description: 'Why, and what to do.' }),
})

const diffSchema = Type.Array(
  Type.Object({
    sign: Type.Union([Type.Literal(' '), Type.Literal('-'), Type.Literal('+')]),
    text: Type.String(),
  }),
)

const preview = {
  name: Type.String(),
  faults: Type.Array(findingSchema, { description: 'With any of them it cannot be kept.' }),
  warnings: Type.Array(findingSchema),
  effects: Type.Object({
    sessions: Type.Array(
      Type.Object({
        session: Type.String({ description: 'cluster/service' }),
        what: Type.Union([Type.Literal('starts'), Type.Literal('restarts'), Type.Literal('stops')]),
      }),
    ),
    live: Type.Array(Type.String(), {
      description: 'Keys that count at once, without any session being touched.',
    }),
    undisturbed: Type.Integer({ description: 'How many sessions go on as they are.' }),
  }),
  diff: diffSchema,
}

export const previewSchema = Type.Object(preview)
export const appliedSchema = Type.Object({ ...preview, revision: Type.Integer() })

const revisionSchema = Type.Object({
  revision: Type.Integer(),
  at: time('When'),
  by: Type.String(),
  what: Type.String({ description: 'added, edited, enabled, disabled, removed, rolled_back' }),
  from_revision: Type.Optional(Type.Integer({ description: 'The one that was gone back to.' })),
  secrets_changed: Type.Boolean(),
  diff: diffSchema,
})

export const revisionsSchema = Type.Array(revisionSchema)

export type RekeyedAnswer = Type.Static<typeof rekeyedSchema>
export type ChangeBody = Type.Static<typeof changeSchema>
export type CollectorsAnswer = Type.Static<typeof collectorsSchema>
export type CollectorRunAnswer = CollectorAnswer['runs'][number]
export type CollectorAnswer = Type.Static<typeof collectorSchema>
export type PreviewAnswer = Type.Static<typeof previewSchema>
export type AppliedAnswer = Type.Static<typeof appliedSchema>
export type RevisionAnswer = Type.Static<typeof revisionSchema>
