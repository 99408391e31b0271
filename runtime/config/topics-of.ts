// The topics table of a configuration.

import { type Topics, topicsOf } from '@podpipe/schemas/topics.ts'
import type { PodpipeConfig } from './config.ts'

/** The ledger is kept by the longest window, so the table depends on dedup too. */
export const topicsOfConfig = ({ kafka, services, dedup }: PodpipeConfig): Topics =>
  topicsOf({ ...kafka, services, longestWindow: Math.max(dedup.windowMs, dedup.archiveWindowMs) })
