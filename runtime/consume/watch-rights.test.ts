import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { NotAllowedError } from '../kafka/refusal.ts'
import { createLog } from '../log.ts'
import { createReadiness } from '../readiness.ts'
import { watchRights } from './watch-rights.ts'

const asker = { principal: 'User:dedup', brokers: ['kafka-1:9092'] }
const writing = (topic: string) => new NotAllowedError(asker, 'Write', 'topic', topic)
const place = (partition: number) => ({ topic: 'pod.raw.message', partition })
const batch = { records: [], decided: [], nextOffset: 1 }

function watched() {
  let time = 0
  const lines: string[] = []
  const log = createLog('test', 'silent')
  log.error = (_: unknown, text?: string) => void lines.push(`error ${text}`)
  log.info = (_: unknown, text?: string) => void lines.push(`info ${text}`)
  const readiness = createReadiness('kafka', { symptom: '', impact: '', cause: '', action: '' })
  readiness.set('kafka', undefined)
  const { observer, look } = watchRights('dedup', { readiness, log }, () => time)
  const symptoms = () => readiness.troubles().map(({ symptom }) => symptom)
  const pass = (ms: number): void => {
    time += ms
    look()
  }
  return { observer, lines, symptoms, pass }
}

test('a right that many partitions lack is told once, with the user and the command, until the last of them goes on', () => {
  const { observer, lines, symptoms } = watched()
  for (const partition of [0, 1, 0, 1]) observer.onRefused?.(place(partition), writing('pod.unique.message'))
  deepEqual(symptoms(), ['Kafka forbids Write on topic pod.unique.message'])
  equal(lines.length, 1)
  match(
    lines[0] ?? '',
    /^error Kafka forbids Write on topic pod.unique.message: the user User:dedup may not do it\. .*kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dedup --operation Write --topic pod.unique.message;/,
  )
  observer.onDelivered(place(0), batch)()
  equal(symptoms().length, 1)
  observer.onDelivered(place(1), batch)()
  deepEqual(symptoms(), [])
  deepEqual(lines.slice(1), ['info dedup Write on topic pod.unique.message is well again'])
})

test('each right has its own line', () => {
  const { observer, lines, symptoms } = watched()
  observer.onRefused?.(place(0), writing('pod.unique.message'))
  observer.onRefused?.(place(1), writing('pod.unique.audit'))
  equal(symptoms().length, 2)
  equal(lines.length, 2)
})

test('work that stays open without a refusal has its rights, though nothing is delivered', () => {
  const { observer, symptoms, pass } = watched()
  observer.onRefused?.(place(0), writing('x'))
  pass(60_000)
  equal(symptoms().length, 1, 'not open yet')
  observer.onWorking(place(0), true)
  pass(1_000)
  observer.onWorking(place(0), false)
  observer.onRefused?.(place(0), writing('x'))
  pass(60_000)
  equal(symptoms().length, 1, 'refused again')
  observer.onWorking(place(0), true)
  pass(5_000)
  deepEqual(symptoms(), [])
})

test('a partition that is gone lacks nothing any more', () => {
  const { observer, symptoms } = watched()
  observer.onRefused?.(place(0), writing('x'))
  observer.onGone(place(0))
  deepEqual(symptoms(), [])
})
