// Loaded beside the program when the image is made: what is compiled then need not be at run time, when nothing can be
// written. Help loads every command, this what those load when they run.

import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Before all else: of what is loaded sooner nothing is kept.
enableCompileCache(fileURLToPath(new URL('../.podpipe/compiled', import.meta.url)))
await Promise.all(
  [
    '@podpipe/ingest/main.ts',
    '@podpipe/dedup/main.ts',
    '@podpipe/forwarder/main.ts',
    '@podpipe/forwarder/monitoring/reporter.ts',
    '@podpipe/console/main.ts',
    '../cli/simulate/simulate-proofpoint.ts',
    '../cli/simulate/simulate-devo.ts',
  ].map(name => import(name)),
)
