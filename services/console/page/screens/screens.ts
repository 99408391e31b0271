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
  /** What it takes to see it; without that it is not offered. */
  readonly right: Right
  /** Whether it stands and falls with Kafka; the others show what the services say. */
  readonly asksKafka: boolean
  readonly Content: ComponentType<ScreenProps>
}

export const screens: readonly Screen[] = [
  { name: 'flow', title: 'Flow', right: 'viewer', asksKafka: false, Content: Flow },
  { name: 'sessions', title: 'Sessions', right: 'viewer', asksKafka: true, Content: Sessions },
  { name: 'outputs', title: 'Outputs', right: 'viewer', asksKafka: false, Content: Outputs },
  { name: 'events', title: 'Events', right: 'viewer', asksKafka: true, Content: Events },
  { name: 'rejected', title: 'Rejected', right: 'viewer', asksKafka: true, Content: Rejected },
  { name: 'replay', title: 'Replay', right: 'viewer', asksKafka: true, Content: Replay },
  { name: 'collectors', title: 'Collectors', right: 'viewer', asksKafka: true, Content: Collectors },
  { name: 'activity', title: 'Activity', right: 'admin', asksKafka: true, Content: Activity },
]
