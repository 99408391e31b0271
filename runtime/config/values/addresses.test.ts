import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { addressFault, hostAndPortFault, hostFieldFault } from './addresses.ts'

const brokerFault = (text: string): string | undefined => hostAndPortFault(text, 'kafka:9092')

const rows = [
  [addressFault, 'collector-us.devo.io', undefined],
  [addressFault, 'localhost', undefined],
  [addressFault, '127.0.0.1', undefined],
  [addressFault, '::1', undefined],
  [addressFault, 'https://devo.io', /is a URL/],
  [addressFault, 'devo.io:443', /ends in a port/],
  [addressFault, 'a b', /no host name/],
  [addressFault, '-x', /no host name/],
  [addressFault, 'a..b', /no host name/],
  [addressFault, 'a'.repeat(254), /no host name/],
  [hostFieldFault, 'pod-1.example.com', undefined],
  [hostFieldFault, '::1', /no host name/],
  [hostFieldFault, 'a b', /no host name/],
  [brokerFault, 'kafka:9092', undefined],
  [brokerFault, '10.0.0.1:1', undefined],
  [brokerFault, '[::1]:65535', undefined],
  [brokerFault, 'kafka', /holds "kafka"/],
  [brokerFault, 'kafka:0', /no host:port/],
  [brokerFault, 'kafka:65536', /no host:port/],
  [brokerFault, 'kafka:x', /no host:port/],
  [brokerFault, '::1:9092', /no host:port/],
  [brokerFault, '[kafka]:9092', /no host:port/],
  [brokerFault, 'ssl://kafka:9092', /no host:port/],
  [brokerFault, ':9092', /no host:port/],
] as const

for (const [check, value, fault] of rows) {
  const verdict = fault === undefined ? 'good' : `refused: ${fault}`
  test(`${check.name}: ${JSON.stringify(value.slice(0, 30))} is ${verdict}`, () => {
    if (fault === undefined) equal(check(value), undefined)
    else match(check(value) ?? '', fault)
  })
}
