// Whether a produce request holds only what podpipe's encoder writes exactly as kafkajs's own does. The types of
// kafkajs promise more than they keep, and its encoder has a way of its own with every value that is none of these.
// Pure.

import type { ProduceRecord, ProduceRequest } from './produce-request.ts'

/** False where kafkajs's own encoder has to do it. */
export function isOrdinary({ compression, producerId, topicData }: ProduceRequest): boolean {
  return (
    (compression === undefined || compression === 0) &&
    (producerId === undefined || isWholeNumber(producerId)) &&
    topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every(isOrdinaryRecord)))
  )
}

function isOrdinaryRecord({ key, value, timestamp, headers }: ProduceRecord): boolean {
  return (
    (key == null || isBytes(key)) &&
    (value == null || isBytes(value)) &&
    (timestamp == null || isTimestamp(timestamp)) &&
    (headers === undefined || hasOrdinaryHeaders(headers))
  )
}

function hasOrdinaryHeaders(headers: unknown): boolean {
  return (
    typeof headers === 'object' &&
    headers !== null &&
    Object.values(headers).every(value => (Array.isArray(value) ? value.every(isBytes) : isBytes(value)))
  )
}

const isBytes = (value: unknown): boolean => typeof value === 'string' || Buffer.isBuffer(value)

// Far below 2^52, so that a difference of two is exact.
const isTimestamp = (value: unknown): boolean =>
  typeof value === 'string'
    ? /^\d{1,15}$/.test(value)
    : Number.isSafeInteger(value) && Math.abs(Number(value)) < 1e15

const isWholeNumber = (value: unknown): boolean =>
  typeof value === 'string' ? /^-?\d{1,18}$/.test(value) : Number.isSafeInteger(value)
