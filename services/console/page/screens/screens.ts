// Every screen, in the order of the navigation. A new one is a file beside this one and a line here.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import type { ComponentType } from 'preact'
import type { Place } from '../place.ts'
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
  readonly Content: ComponentType<ScreenProps>
}

export const screens: readonly Screen[] = [
  { name: 'flow', title: 'Flow', Content: Flow },
  { name: 'sessions', title: 'Sessions', Content: Sessions },
  { name: 'outputs', title: 'Outputs', Content: Outputs },
  { name: 'events', title: 'Events', Content: Events },
  { name: 'rejected', title: 'Rejected', Content: Rejected },
  { name: 'replay', title: 'Replay', Content: Replay },
  { name: 'collectors', title: 'Collectors', Content: Collectors },
]
