import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { whyNot } from './why-not.ts'

const of = (name: string, more: object): Error => Object.assign(new Error('x'), { name, ...more })

test('a reason is found below what kafkajs wraps around it', () => {
  const cause = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' })
  match(whyNot(of('KafkaJSNumberOfRetriesExceeded', { cause }), undefined, true).cause, /has expired/)
})

test('too few replicas in sync are named', () => {
  const { cause, action } = whyNot(
    of('KafkaJSProtocolError', { type: 'NOT_ENOUGH_REPLICAS' }),
    undefined,
    true,
  )
  match(cause, /fewer brokers are in sync than min\.insync\.replicas asks for/)
  match(action, /Start the brokers that are down/)
})

test('a connection that breaks off says nothing of users where the cluster has answered before', () => {
  const broken = new Error('Closed connection')
  match(whyNot(broken, undefined, false).action, /kafka\.sasl/)
  doesNotMatch(whyNot(broken, undefined, true).action, /kafka\.sasl/)
})

for (const reason of [
  'getaddrinfo ENOTFOUND kafka',
  'getaddrinfo EAI_AGAIN kafka',
  'the name kafka has not been found yet: no server of names has answered',
])
  test(`a name that leads nowhere is named: ${reason}`, () => {
    const { cause, action } = whyNot(new Error(reason), undefined, true)
    equal(cause, `the name of a broker cannot be found (${reason})`)
    match(action, /kafka\.brokers.* on one network/)
  })

test('what is not known is told as it is', () => {
  deepEqual(
    whyNot(new Error('connect ECONNREFUSED 127.0.0.1:1'), undefined, false).cause,
    'connect ECONNREFUSED 127.0.0.1:1',
  )
})
