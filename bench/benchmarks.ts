// Every benchmark, in the order in which they run. A new one is a file beside this one and a line here.

import type { Benchmark } from './benchmark.ts'
import { chain } from './chain/chain.ts'
import { cli } from './chain/cli.ts'
import { firstEvent } from './chain/first-event.ts'
import { replay } from './chain/replay.ts'
import { consoleBench } from './console/console.ts'
import { dedup } from './dedup/dedup.ts'
import { forward } from './forward/forward.ts'
import { identity } from './ingest/identity.ts'
import { ingest } from './ingest/ingest.ts'

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
