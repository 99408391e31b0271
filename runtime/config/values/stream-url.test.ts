import { doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { streamUrl, urlFault } from './stream-url.ts'

for (const [base, expected] of [
  [undefined, 'wss://logstream.proofpoint.com:443/v1/stream'],
  ['wss://h', 'wss://h/v1/stream'],
  ['wss://h/', 'wss://h/v1/stream'],
  ['wss://h:8443', 'wss://h:8443/v1/stream'],
  ['wss://h:443/v1/stream', 'wss://h:443/v1/stream'],
  ['wss://h/other', 'wss://h/other'],
  ['wss://[::1]:8443', 'wss://[::1]:8443/v1/stream'],
] as const) {
  test(`the base ${base} gives ${expected}`, () => equal(streamUrl(base), expected))
}

for (const [base, fault] of [
  ['wss://h', undefined],
  ['wss://h/v1/stream', undefined],
  ['ws://h', undefined],
  ['ws://user:hidden@h', /user name or password/],
  ['https://h', /https:\/\/, but/],
  ['h:443', /but Proofpoint speaks WebSocket/],
  ['logstream', /not a URL/],
  ['wss://', /not a URL/],
  ['wss://user:hidden@h', /user name or password/],
  ['wss://h?cid=hidden', /query or fragment/],
  ['wss://h/?', /query or fragment/],
  ['wss://h/#hidden', /query or fragment/],
] as const) {
  test(`the base ${base} is ${fault === undefined ? 'good' : `refused: ${fault}`}`, () => {
    if (fault === undefined) equal(urlFault(base), undefined)
    else match(urlFault(base) ?? '', fault)
    doesNotMatch(urlFault(base) ?? '', /hidden/)
  })
}
