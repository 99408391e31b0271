// A partition without a leader, which a fetcher has to ask for again.

import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { InternalCluster } from '../connection/internals.ts'
import { isPassing } from '../passing.ts'
import { edgesOf } from './offsets.ts'

test('a partition without a leader passes by itself', async () => {
  const cluster: Pick<
    InternalCluster,
    'addMultipleTargetTopics' | 'refreshMetadataIfNecessary' | 'findTopicPartitionMetadata'
  > = {
    addMultipleTargetTopics: async () => undefined,
    refreshMetadataIfNecessary: async () => undefined,
    findTopicPartitionMetadata: () => [],
  }
  await rejects(edgesOf(cluster as InternalCluster, [{ topic: 'a', partition: 3 }], 'start'), error => {
    equal(isPassing(error), true)
    return /no leader for partition 3 of topic a/.test(String(error))
  })
})
