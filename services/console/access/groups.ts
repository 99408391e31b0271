// From the groups of a person to a role. Pure.

import type { ConsoleGroups, ConsoleRole } from '@podpipe/runtime/config/config.ts'
import { consoleRoles } from '@podpipe/runtime/config/schema/console-access.ts'

/** The highest role that the groups of a person make; undefined where they let nobody in. */
export function roleOfGroups(names: readonly string[], groups: ConsoleGroups): ConsoleRole | undefined {
  const found = consoleRoles.findLast(role => groups[role].some(group => names.includes(group)))
  return found ?? (groups.otherwise === 'none' ? undefined : groups.otherwise)
}
