// Every resource of the API. A new one is a file beside this one and a line here.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Room } from '../room.ts'
import { about } from './about.ts'
import { access } from './access.ts'
import { activity } from './activity.ts'
import { collectors } from './collectors.ts'
import { events } from './events.ts'
import { find } from './find.ts'
import { live } from './live.ts'
import { openid } from './openid.ts'
import { rejected } from './rejected.ts'
import { rekey } from './rekey.ts'
import { replays } from './replays.ts'
import { samples } from './samples.ts'
import { sessions } from './sessions.ts'

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Adds the routes of a resource; their schemas become docs/openapi.json. */
export type Resource = (api: Api, room: Room) => void

export const resources: readonly Resource[] = [
  access,
  openid,
  activity,
  about,
  live,
  samples,
  sessions,
  collectors,
  rekey,
  events,
  find,
  rejected,
  replays,
]
