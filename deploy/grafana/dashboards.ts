// podpipe's dashboards: what is asked, and what the answers mean. `npm run docs` writes them as Grafana's JSON.

import { console } from './console.ts'
import { dedup } from './dedup.ts'
import { forwarder } from './forwarder.ts'
import { ingest } from './ingest.ts'
import { overview } from './overview.ts'
import type { Dashboard } from './panel.ts'

export const dashboards: readonly Dashboard[] = [overview, ingest, dedup, forwarder, console]
