// What the vendor's collector has left in state/, when podpipe is about to begin there without it: an image that is exchanged under the
// same folders starts at once, and nobody has said where to go on from.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { digestIn, stateNames } from './state-names.ts'
import { filesOf } from './vendor-folder.ts'

/**
 * What to tell before the first start on such a folder; undefined where nothing is left, or podpipe has been there before.
 * With a cluster nobody knows here whether it has been.
 */
export function leftStateWarning(
  config: Pick<PodpipeConfig, 'inputs' | 'stateDirectory' | 'directory' | 'kafka'>,
): string | undefined {
  const { inputs, stateDirectory, directory, kafka } = config
  if (kafka.brokers.length > 0 || existsSync(join(stateDirectory, 'kafka'))) return undefined
  const names = stateNames(inputs)
  const left = readable(stateDirectory).filter(file => names.has(digestIn(file)))
  if (left.length === 0) return undefined
  return (
    `${stateDirectory} holds how far the vendor's collector had got (${left.join(', ')}), and podpipe begins without it: ` +
    'of the time since then it gets what Proofpoint sends again by itself, which is an hour. ' +
    `To go on from there stop podpipe, run podpipe migrate ${directory} --apply --overwrite ` +
    '(in a container: with the same folders, in the place of the command), and start it again.'
  )
}

/** Whoever has no right to look is told so when the folder is to be used. */
function readable(directory: string): string[] {
  try {
    return filesOf(directory)
  } catch {
    return []
  }
}
