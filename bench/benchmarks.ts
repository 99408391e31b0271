// Every benchmark, in the order in which they run. A new one is a file beside this one and a line here.

import type { Benchmark } from './benchmark.ts'
import { chain } from './chain.ts'
import { cli } from './cli.ts'
import { consoleBench } from './console.ts'
import { dedup } from './dedup.ts'
import { firstEvent } from './first-event.ts'
import { forward } from './forward.ts'
import { identity } from './identity.ts'
import { ingest } from './ingest.ts'
import { replay } from './replay.ts'

export const benchmarks: readonly Benchmark[] = [
  firstEvent,
  chain,
  cli,
  consoleBench,
  ingest,
  identity,
  replay,
  dedup,
  forward,
]
