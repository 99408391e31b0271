// Ends of connections for tests. Only tests import this file.

import type { Ending } from '../connection/closing.ts'
import type { ConnectionEnd } from '../connection/connection.ts'

/** A connection that ended so behind our own end, with all bytes acknowledged; but for the changes. */
export const end = (ending: Ending, changes: Partial<ConnectionEnd> = {}): ConnectionEnd => ({
  ending,
  reason: '',
  code: undefined,
  stage: 'closing',
  acknowledged: true,
  bytes: 1_000,
  offered: false,
  resumed: false,
  ...changes,
})
