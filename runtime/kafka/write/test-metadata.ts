// What kafkajs tells of a partition that took its batch. Only tests import this file.

import type { RecordMetadata } from 'kafkajs'

export const place = (topicName: string, partition: number, baseOffset: string): RecordMetadata => ({
  topicName,
  partition,
  errorCode: 0,
  baseOffset,
})
