// Runs the end-to-end tests: starts a real broker once, tells the tests where it is, stops it at the end.
// Arguments are test files, without any all of them; --test-timeout and --test-name-pattern are those of Node's test runner.

import { globSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { awaitEngine } from './kit/awaited-engine.ts'
import { startTestBroker } from './kit/brokers/broker.ts'
import { hastenJava } from './kit/brokers/class-archive.ts'
import { longestFirst } from './kit/longest-first.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'test-timeout': { type: 'string', default: '240000' },
    'test-name-pattern': { type: 'string', multiple: true },
  },
})
const files =
  positionals.length > 0
    ? positionals.map(file => resolve(file))
    : longestFirst(
        globSync(['*.test.ts', '*/*.test.ts'], { cwd: folder, exclude: ['compose/**'] }).sort(),
      ).map(file => `${folder}${file}`)

// What the tests and all that they start are compiled to is kept, as podpipe keeps it by itself: some 200 ms of each process.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.podpipe/compiled', import.meta.url))
const engine = await awaitEngine(process.env)
if (engine !== undefined) console.log(engine)
// This process stops things in order itself.
await hastenJava(process.env)
const broker = await startTestBroker({ endOnSignals: false })
process.env.KAFKA_BROKERS = broker.brokers.join(',')

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

// Four files at a time on two cores: the faults take their time in waiting, not in computing, and two files at a time
// left half of the machine idle.
const tests = run({
  files,
  concurrency: 4,
  timeout: Number(values['test-timeout']),
  ...(values['test-name-pattern'] && { testNamePatterns: values['test-name-pattern'] }),
  signal: stop.signal,
})
const took = new Map<string, number>()
let isWell = false
tests.on('test:summary', ({ file, duration_ms, success }) => {
  if (file === undefined) isWell = success
  else took.set(relative(folder, file), duration_ms)
})
const report = tests.compose(new spec())
report.pipe(process.stdout)
await finished(report)
if (took.size > 1) {
  const longest = [...took].sort(([, one], [, other]) => other - one).slice(0, 20)
  console.log('The files that took longest, in seconds:')
  for (const [file, ms] of longest) console.log(`${(ms / 1_000).toFixed(0).padStart(5)}  ${file}`)
}
await broker.stop()
process.exitCode = isWell && !stop.signal.aborted ? 0 : 1
