import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { figure } from '../figure.ts'
import { figuresOf, type Round, type Rounds } from './figures.ts'

const round = (rate: number, cpu: number): Round => ({ rate, cpu, memory: 300e6 })

const verdicts = (rounds: Rounds) =>
  figuresOf(rounds, 3_750)
    .map(figure)
    .flatMap(({ what, aim, met }) => (aim === null ? [] : [[what, aim, met]]))

test('each side is judged by the medians of its rounds', () => {
  const rounds: Rounds = new Map([
    ['dedup', [round(90, 99), round(30, 15), round(31, 14)]],
    ['twoDedups', [round(50, 20)]],
    ['streams', [round(12, 40)]],
    ['tunedStreams', [round(22, 29)]],
    ['copier', [round(50, 10)]],
  ])
  deepEqual(verdicts(rounds), [
    ['dedup beside Kafka Streams, 3750 bytes an event', '>= 2.5x', true],
    ['dedup beside Kafka Streams, tuned, 3750 bytes an event', '>= 1.5x', false],
    ['dedup beside exactly-once copier, 3750 bytes an event', '>= 0.6x', true],
    ['two dedups beside exactly-once copier, 3750 bytes an event', '>= 0.9x', true],
    ['CPU of dedup, an event', '<= 16', true],
    ['CPU of dedup beside Kafka Streams, an event', '<= 0.5x', true],
    ['CPU of dedup beside Kafka Streams, tuned, an event', '<= 0.5x', false],
  ])
  const [first] = figuresOf(rounds, 3_750)
  deepEqual([first?.ours, first?.range, first?.peer?.range], [31, [30, 90], undefined])
})

test('without peers dedup is measured alone, and what would be a ratio is not judged', () => {
  deepEqual(verdicts(new Map([['dedup', [round(31, 17)]]])), [
    ['dedup beside Kafka Streams, 3750 bytes an event', '>= 2.5x', null],
    ['dedup beside Kafka Streams, tuned, 3750 bytes an event', '>= 1.5x', null],
    ['dedup beside exactly-once copier, 3750 bytes an event', '>= 0.6x', null],
    ['CPU of dedup, an event', '<= 16', false],
    ['CPU of dedup beside Kafka Streams, an event', '<= 0.5x', null],
    ['CPU of dedup beside Kafka Streams, tuned, an event', '<= 0.5x', null],
  ])
})
