// The standard output as an output: what is confirmed when, and at whose pace.

import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { createConsoleOutput } from './console-output.ts'

/** A target that takes a write when the test says so. */
function target() {
  const written: string[] = []
  const taken: ((error?: Error) => void)[] = []
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      taken.push(done)
    },
  })
  stream.on('error', () => {})
  return { stream, written, taken }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const frames = (...texts: string[]): Buffer[] => texts.map(text => Buffer.from(`${text}\n`))

test('frames are written in order and confirmed when the system has taken them', async () => {
  const { stream, written, taken } = target()
  const output = createConsoleOutput('shown', stream)
  let confirmations = 0
  const { confirmed } = await output.deliver(frames('a', 'b'))
  void confirmed.then(() => {
    confirmations += 1
  })
  await turn()
  deepEqual([written, confirmations, output.status().unconfirmedFrames], [['a\nb\n'], 0, 2])
  taken[0]?.()
  await confirmed
  const { evidence, unconfirmedFrames, confirmed: by } = output.status()
  deepEqual([evidence, unconfirmedFrames, by.written], ['written', 0, 2])
})

test('a second delivery waits until the first is taken', async () => {
  const { stream, written, taken } = target()
  const output = createConsoleOutput('shown', stream)
  await output.deliver(frames('a'))
  const second = output.deliver(frames('b'))
  await turn()
  deepEqual(written, ['a\n'])
  taken[0]?.()
  await second
  await turn()
  deepEqual(written, ['a\n', 'b\n'])
})

test('a reader that is gone confirms nothing, and the status says so', async () => {
  const { stream, taken } = target()
  const output = createConsoleOutput('shown', stream)
  const { confirmed } = await output.deliver(frames('a'))
  await turn()
  taken[0]?.(new Error('EPIPE'))
  await rejects(confirmed, /EPIPE/)
  match(output.status().failing?.cause ?? '', /takes no more: EPIPE/)
  equal(output.status().confirmed.written, 0)
})

test('nothing is written once it is closed', async () => {
  const { stream, written } = target()
  const output = createConsoleOutput('shown', stream)
  await output.close()
  const { confirmed } = await output.deliver(frames('a'))
  await rejects(confirmed, /is closed/)
  deepEqual(written, [])
})

test('frames that are made on demand are made before the records behind them go', async () => {
  const taken: string[] = []
  const target = new Writable({
    write(chunk, _encoding, done) {
      taken.push(String(chunk))
      setImmediate(done)
    },
  })
  const output = createConsoleOutput('screen', target)
  const memory = [Buffer.from('one\n'), Buffer.from('two\n'), Buffer.from('three\n')]
  const deliveries = memory.map(async bytes => {
    const { confirmed } = await output.deliver(() => [Buffer.from(bytes)])
    bytes.fill('x')
    await confirmed
  })
  await Promise.all(deliveries)
  equal(taken.join(''), 'one\ntwo\nthree\n')
})
