import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { Benchmark } from './benchmark.ts'
import { readOptions } from './options.ts'

const named = (name: string): Benchmark => ({
  name,
  summary: '',
  run: async () => ({ measurements: [], faults: [] }),
})
const all = ['first', 'second', 'third'].map(named)

const read = (...args: string[]) => {
  const { benchmarks, events, json } = readOptions(['node', 'main.ts', ...args], all)
  return [benchmarks.map(({ name }) => name), events, json]
}

for (const [name, args, expected] of [
  ['all by default', [], [['first', 'second', 'third'], undefined, false]],
  ['one by name', ['second'], [['second'], undefined, false]],
  [
    'several, in their own order',
    ['third', 'first', '--events', '500', '--json'],
    [['first', 'third'], 500, true],
  ],
] as const) {
  test(`the command line chooses ${name}`, () => deepEqual(read(...args), expected))
}

for (const [args, message] of [
  [['fourth'], /no benchmark fourth.*first, second, third/],
  [['--events', '0'], /whole number/],
  [['--speed'], /unknown option '--speed'/],
] as const) {
  test(`${args.join(' ')} is refused with what to do`, () => {
    throws(
      () => read(...args),
      (error: unknown) => error instanceof ConfigurationError && message.test(error.message),
    )
  })
}
