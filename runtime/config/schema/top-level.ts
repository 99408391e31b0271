// The whole file: the vendor's three groups, and podpipe's own keys.

import { globalKeys } from './globals.ts'
import { inputs } from './inputs.ts'
import { outputs } from './outputs.ts'
import { ownKeys } from './own-keys.ts'
import type { Shape } from './shape.ts'

/** Every key at the top, and below it every other one. */
export const topLevelKeys = { globals: globalKeys, outputs, inputs, ...ownKeys } as const satisfies Shape
