// Every screen, in the order of the navigation. A new one is a file beside this one and a line here.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import type { ComponentType } from 'preact'
import type { Right } from '../../access/rights.ts'
import type { Place } from '../place.ts'
import { Activity } from './activity.tsx'
import { Collectors } from './collectors.tsx'
import { Events } from './events.tsx'
import { Flow } from './flow.tsx'
import { Outputs } from './outputs.tsx'
import { Rejected } from './rejected.tsx'
import { Replay } from './replay.tsx'
import { Sessions } from './sessions.tsx'

/** What every screen is given. */
export interface ScreenProps {
  readonly place: Place
  /** Undefined until the first one has come. */
  readonly picture: Picture | undefined
}

export interface Screen {
  /** As it stands in the address. */
  readonly name: string
  readonly title: string
  /** What is to be seen on it, for who has never been there. */
  readonly about: string
  /** What it takes to see it; without that it is not offered. */
  readonly right: Right
  /** Whether it stands and falls with Kafka; the others show what the services say. */
  readonly asksKafka: boolean
  readonly Content: ComponentType<ScreenProps>
}

export const screens: readonly Screen[] = [
  {
    name: 'flow',
    title: 'Flow',
    about: 'What Proofpoint sends, on its way to the outputs, now.',
    right: 'viewer',
    asksKafka: false,
    Content: Flow,
  },
  {
    name: 'sessions',
    title: 'Sessions',
    about: 'A session is one stream of Proofpoint: a cluster and a kind of event.',
    right: 'viewer',
    asksKafka: true,
    Content: Sessions,
  },
  {
    name: 'outputs',
    title: 'Outputs',
    about: 'Where events go, and what proves that they have arrived.',
    right: 'viewer',
    asksKafka: false,
    Content: Outputs,
  },
  {
    name: 'events',
    title: 'Events',
    about: 'What lies in Kafka, the newest first, at each stage of its way.',
    right: 'viewer',
    asksKafka: true,
    Content: Events,
  },
  {
    name: 'rejected',
    title: 'Rejected',
    about: 'What could not go on, and why; kept for 30 days.',
    right: 'viewer',
    asksKafka: true,
    Content: Rejected,
  },
  {
    name: 'replay',
    title: 'Replay',
    about: 'Sends stored events to an output once more, beside the live ones. A preview comes first.',
    right: 'viewer',
    asksKafka: true,
    Content: Replay,
  },
  {
    name: 'collectors',
    title: 'Collectors',
    about: 'The inputs: which clusters of Proofpoint are read, with which key.',
    right: 'viewer',
    asksKafka: true,
    Content: Collectors,
  },
  {
    name: 'activity',
    title: 'Activity',
    about: 'What people did here in the last seven days.',
    right: 'admin',
    asksKafka: true,
    Content: Activity,
  },
]
