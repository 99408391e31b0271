import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { figure } from './figure.ts'
import { table } from './table.ts'

test('columns without content are left out and numbers stand under each other', () => {
  const text = table([
    figure({ what: 'rate', unit: 'events/s', ours: 4213.4, aim: { bound: 'at least', value: 3000 } }),
    figure({ what: 'first event', unit: 's', ours: 21.26, aim: { bound: 'at most', value: 20 } }),
    figure({ what: 'CPU of Kafka', unit: 'us', ours: 6.031 }),
  ])
  equal(
    text,
    [
      'what            ours   unit       aim       met',
      '------------   -----   --------   -------   ---',
      'rate           4,213   events/s   >= 3000   yes',
      'first event     21.3   s          <= 20     no',
      'CPU of Kafka    6.03   us',
      '',
    ].join('\n'),
  )
})

test('the ranges of both stand behind their values', () => {
  const peer = { name: 'rsyslog', value: 60_000, range: [58_000, 61_000] } as const
  const text = table([figure({ what: 'rate', unit: 'events/s', ours: 9.5, range: [9.25, 10.04], peer })])
  equal(
    text,
    [
      'what   ours   range          unit         peer   its range          whose     ratio',
      '----   ----   ------------   --------   ------   ----------------   -------   -----',
      'rate   9.50   9.25 to 10.0   events/s   60,000   58,000 to 61,000   rsyslog   0.00x',
      '',
    ].join('\n'),
  )
})

test('a peer is shown with its name and the ratio', () => {
  const text = table([
    figure({ what: 'rate', unit: 'events/s', ours: 90_000, peer: { name: 'rsyslog', value: 60_000 } }),
  ])
  equal(
    text,
    [
      'what     ours   unit         peer   whose     ratio',
      '----   ------   --------   ------   -------   -----',
      'rate   90,000   events/s   60,000   rsyslog   1.50x',
      '',
    ].join('\n'),
  )
})
