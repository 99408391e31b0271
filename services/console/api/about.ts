// What console this is.

import { version } from '@podpipe/runtime/version.ts'
import { Type } from 'typebox'
import { refusals } from '../refusal.ts'
import type { Resource } from './resources.ts'

const aboutSchema = Type.Object({
  version: Type.String({ description: 'The version of podpipe.' }),
  now: Type.String({ description: 'The clock of the console, RFC 3339, UTC.' }),
  prefix: Type.String({ description: 'The first word of every topic of this installation.' }),
  kinds: Type.Array(Type.String(), { description: 'Kinds of event that have topics.' }),
  outputs: Type.Array(Type.String(), {
    description: 'Names of the outputs of the configuration that are enabled.',
  }),
})

export type About = Type.Static<typeof aboutSchema>

export const about: Resource = (api, { config, live }) => {
  api.get(
    '/about',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'about',
        summary: 'What installation this console belongs to',
        response: { 200: aboutSchema, ...refusals },
      },
    },
    async (): Promise<About> => ({
      version,
      now: new Date().toISOString(),
      prefix: config.kafka.prefix,
      kinds: [...live.current.services],
      outputs: live.current.outputs.filter(({ enabled }) => enabled).map(({ name }) => name),
    }),
  )
}
