import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../log.ts'
import type { Exit, Jvm } from './jvm.ts'
import { restartDelay, supervise } from './supervise.ts'

const log = createLog('test', 'silent')

for (const [failures, wait] of [
  [0, 200],
  [1, 400],
  [4, 3_200],
  [20, 30_000],
] as const) {
  test(`after ${failures} failures the next start waits ${wait} ms`, () =>
    assert.equal(restartDelay(failures), wait))
}

test('a process that ends unasked is launched again, and its last words are told', async () => {
  const first = aJvm(1)
  const second = aJvm(2)
  const seen: string[] = []
  const up = new Promise<void>(resolve => {
    const onUp = () => resolve(void seen.push('up'))
    const supervised = supervise(first, {
      launch: async () => second,
      log,
      onDown: reason => void seen.push(reason),
      onUp: () => {
        onUp()
        assert.equal(supervised.pid(), 2)
        assert.equal(supervised.health().restarts, 1)
      },
    })
  })
  first.end({ code: 3, signal: null, lastWords: ['disk full'] })
  await up
  assert.deepEqual(seen, ['exit code 3, its last words:\ndisk full', 'up'])
})

test('a launch that fails is tried again', async () => {
  const second = aJvm(2)
  let launches = 0
  const first = aJvm(1)
  await new Promise<void>(resolve => {
    const launch = async () => {
      launches += 1
      if (launches === 1) throw new Error('no')
      return second
    }
    supervise(first, { launch, log, onUp: resolve })
    first.end({ code: 1, signal: null, lastWords: [] })
  })
  assert.equal(launches, 2)
})

test('a process that is stopped is not launched again', async () => {
  const first = aJvm(1)
  const launch = () => assert.fail('launched after the stop')
  const supervised = supervise(first, { launch, log })
  await supervised.stop()
  assert.equal(supervised.health().state, 'stopped')
})

test('a stop ends a launch that is under way', async () => {
  const first = aJvm(1)
  const launching = Promise.withResolvers<void>()
  const launch = (signal: AbortSignal) =>
    new Promise<Jvm>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      launching.resolve()
    })
  const supervised = supervise(first, { launch, log })
  first.end({ code: 1, signal: null, lastWords: [] })
  await launching.promise
  await supervised.stop()
  assert.equal(supervised.health().state, 'stopped')
})

test('a restart on demand resolves when the process serves again, and is not counted', async () => {
  const first = aJvm(1)
  const supervised = supervise(first, { launch: async () => aJvm(2), log })
  await supervised.restart()
  assert.equal(supervised.pid(), 2)
  assert.equal(supervised.health().restarts, 0)
})

/** A process that ends when it is told to, or when the test says so. */
function aJvm(pid: number): Jvm & { end(exit: Exit): void } {
  const { promise, resolve } = Promise.withResolvers<Exit>()
  return {
    pid,
    exited: promise,
    end: resolve,
    kill: () => resolve({ code: null, signal: 'SIGKILL', lastWords: [] }),
    stop: async () => {
      resolve({ code: 143, signal: null, lastWords: [] })
      return { killed: false }
    },
  }
}
