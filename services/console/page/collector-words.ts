// The version of a collector in words: its revision, podpipe's version that runs it, and whether a change has arrived. Pure.

import type { CollectorAnswer } from '../api/collectors-schema.ts'

type Told = Pick<CollectorAnswer, 'managed_by' | 'revision' | 'runs'>

/** Such as `revision 3, podpipe 1.2.3`. */
export function versionText({ managed_by, revision, runs }: Told): string {
  const versions = [...new Set(runs.map(({ version }) => version))].sort()
  const own = managed_by === 'file' ? 'as in the file' : `revision ${revision}`
  return versions.length === 0 ? own : `${own}, podpipe ${versions.join(' and ')}`
}

/** What is missing until the last change is in force everywhere; undefined where nothing is. */
export function arrivalText({ managed_by, revision, runs }: Told): string | undefined {
  if (managed_by === 'file') return undefined
  const arrived = runs.filter(run => run.revision === revision).length
  if (runs.length === 0) return 'no process answers that would use it'
  return arrived === runs.length ? undefined : `has arrived in ${arrived} of ${runs.length} processes`
}
