// dedup, measured in groups. A group is a file of its own that exports a Group and is named here.

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { flow } from './flow.ts'
import { ids } from './ids.ts'
import { recovery } from './recovery.ts'

/** Measurements of dedup that belong together. Its name is unique among the groups. */
export type Group = Pick<Benchmark, 'name' | 'run'>

const groups: readonly Group[] = [ids, recovery, flow]

export const dedup: Benchmark = {
  name: 'dedup',
  summary: 'dedup: remembered ids, a recovery, raw to unique beside Kafka Streams and a copier',
  events: 200_000,
  run,
}

async function run(bench: Bench): Promise<Result> {
  const results: Result[] = []
  for (const group of groups) {
    const directory = join(bench.directory, group.name)
    await mkdir(directory, { recursive: true })
    results.push(await group.run({ ...bench, directory }))
    await rm(directory, { recursive: true, force: true })
  }
  return {
    measurements: results.flatMap(({ measurements }) => measurements),
    faults: results.flatMap(({ faults }) => faults),
  }
}
