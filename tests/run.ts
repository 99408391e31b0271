// Runs the end-to-end tests: starts a real broker once, tells the tests where it is, stops it at the end.
// Arguments are test files, without any all of them, and flags of Node's test runner.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startTestBroker } from './kit/brokers/broker.ts'
import { hastenJava } from './kit/brokers/class-archive.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const flags = process.argv.slice(2).filter(each => each.startsWith('--'))
const named = process.argv.slice(2).filter(each => !each.startsWith('--'))
const files =
  named.length > 0
    ? named
    : globSync(['*.test.ts', '*/*.test.ts'], { cwd: folder, exclude: ['compose/**'] })
        .map(file => `${folder}${file}`)
        .sort()

// This process stops things in order itself.
await hastenJava(process.env)
const broker = await startTestBroker({ endOnSignals: false })

// Three files at a time on two cores: the faults take their time in waiting, not in computing, and two files at a time
// left half of the machine idle.
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=3', '--test-reporter=spec', '--test-timeout=240000', ...flags, ...files],
  { stdio: 'inherit', env: { ...process.env, KAFKA_BROKERS: broker.brokers.join(',') } },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tests.kill(signal))
const [code] = await once(tests, 'exit')
await broker.stop()
process.exitCode = code ?? 1
