// Every variable of the environment that a configuration knows, for tests of what sets them.

import { jsonVariable } from '@podpipe/runtime/config/read.ts'
import { isItem, isValue, type Shape, variablesOf } from '@podpipe/runtime/config/schema/shape.ts'
import { topLevelKeys } from '@podpipe/runtime/config/schema/top-level.ts'

function variablesIn(shape: Shape): string[] {
  return Object.values(shape).flatMap(entry => {
    if (!isItem(entry)) return variablesIn(entry)
    if (entry.format === 'map') return entry.kinds.flatMap(({ keys }) => variablesIn(keys))
    if (!isValue(entry)) return []
    return [
      ...(entry.env === undefined ? [] : [entry.env]),
      ...(entry.secret ? variablesOf(entry.secret) : []),
    ]
  })
}

export const knownVariables: ReadonlySet<string> = new Set([
  ...variablesIn(topLevelKeys),
  'CONFIG_FILE',
  jsonVariable,
])
