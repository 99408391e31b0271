import { equal } from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { followAttempt } from './attempt.ts'

for (const [name, host, events, expected] of [
  [
    'a name that nobody answers for',
    'kafka',
    [],
    'the name kafka has not been found yet: no server of names has answered',
  ],
  [
    'a name that is not known: its error says more',
    'kafka',
    [['lookup', new Error('getaddrinfo ENOTFOUND kafka')]],
    'the name kafka has not been found yet: no server of names has answered',
  ],
  [
    'an address from which nothing comes back',
    'kafka',
    [['lookup', null, '10.0.0.7']],
    'no answer from kafka:9092 yet, whose address is 10.0.0.7',
  ],
  ['no name at all', '10.0.0.7', [], 'no answer from 10.0.0.7:9092 yet'],
  [
    'a silent one',
    'kafka',
    [['lookup', null, '10.0.0.7'], ['connect']],
    'kafka:9092 has taken the connection and says nothing yet',
  ],
] as const) {
  test(`an attempt says what it waits for: ${name}`, () => {
    const socket = new Socket()
    const attempt = followAttempt(socket, { host, port: 9092 })
    for (const [event, ...args] of events) socket.emit(event, ...args)
    equal(attempt.waitsFor().message, expected)
  })
}
