// A configuration that is changed while it is in use: what counts, what waits, what is told.

import { deepEqual, equal, match } from 'node:assert/strict'
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { createFolder, createPems, vendorFile } from './fixture.ts'
import { readConfig } from './read.ts'
import { watchConfig } from './watched-config.ts'

const pems = await createPems()

function start(t: TestContext) {
  const file = createFolder(t, pems)
  const lines: { level: number; msg: string; changes?: string[]; reason?: string }[] = []
  const sink = new Writable({ write: (line, _, done) => done(void lines.push(JSON.parse(String(line)))) })
  const first = readConfig(file, {})
  const watched = watchConfig({
    first,
    read: () => readConfig(first.files, {}),
    concern: 'dedup',
    tellsWarnings: true,
    log: pino({ level: 'debug' }, sink),
  })
  t.after(() => watched.stop())
  const used: number[] = []
  watched.onChange(({ dedup }) => used.push(dedup.batchEvents))
  const write = (text: string): void => writeFileSync(file, text)
  return { file, watched, lines, used, write }
}

const withBatch = (events: number | string): string => `${vendorFile}dedup: {batch_events: ${events}}\n`

test('a write in place, a rename and a new symbolic link are noticed', t => {
  const { file, watched, used, lines, write } = start(t)
  watched.look()
  write(withBatch(1))
  watched.look()
  const other = join(dirname(file), 'other.yaml')
  writeFileSync(other, withBatch(2))
  renameSync(other, file)
  watched.look()
  writeFileSync(other, withBatch(3))
  rmSync(file)
  symlinkSync(other, file)
  watched.look()
  watched.look()
  deepEqual(used, [1, 2, 3])
  equal(watched.current.dedup.batchEvents, 3)
  deepEqual(
    lines.map(({ changes }) => changes),
    Array.from({ length: 3 }, () => ['dedup.batch_events changed']),
  )
})

test('a bad file changes nothing, is told once when it is seen twice, and again when asked', t => {
  const { watched, lines, used, write } = start(t)
  write(withBatch('many'))
  watched.look()
  equal(lines.length, 0, 'it may be half written')
  for (let n = 0; n < 5; n++) watched.look()
  equal(lines.length, 1)
  equal(lines[0]?.level, 50)
  match(lines[0]?.msg ?? '', /goes on with the last good one/)
  match(watched.status().problem ?? '', /config.yaml:38:23 dedup.batch_events: must be a whole number/)
  watched.reload()
  equal(lines.length, 2)
  deepEqual(used, [])
  write(withBatch(9))
  watched.look()
  deepEqual(used, [9])
  equal(watched.status().problem, undefined)
  match(lines[2]?.msg ?? '', /good again/)
})

test('a file that is gone is a bad one', t => {
  const { file, watched, lines } = start(t)
  rmSync(file)
  watched.look()
  watched.look()
  match(lines[0]?.reason ?? '', /there is no such file/)
})

test('what needs a restart is told with its reason, once, and the rest is used', t => {
  const { watched, lines, used, write } = start(t)
  write(`${vendorFile}dedup: {batch_events: 4, window: 2h}\nhttp: {ingest_port: 1}\n`)
  watched.look()
  watched.look()
  deepEqual(used, [4])
  equal(watched.current.dedup.windowMs, 3_600_000)
  deepEqual(
    lines.map(({ msg }) => msg.slice(0, 50)),
    ['the configuration has changed and is in use', 'dedup.window has changed and needs a restart of po'],
  )
  match(watched.status().needs_restart.join(), /^dedup.window: what is remembered/)
  write(`${vendorFile}dedup: {batch_events: 5, window: 2h}\n`)
  watched.look()
  equal(lines.length, 3, 'the window is not told again')
  write(vendorFile)
  watched.look()
  deepEqual(watched.status().needs_restart, [])
})

test('what was wrong in a file that the configuration names is noticed when it comes right', t => {
  const { file, watched, used, write } = start(t)
  write(`${withBatch(6)}`.replace('acme.crt', 'new.crt'))
  watched.look()
  deepEqual(used, [])
  writeFileSync(join(dirname(dirname(file)), 'certs', 'new.crt'), pems.cert)
  watched.look()
  deepEqual(used, [6])
})

test('what is odd in a file that was read again is told, and what was told at the start is not told again', t => {
  const { watched, lines, write } = start(t)
  const told = (): string[] => lines.filter(({ level }) => level === 40).map(({ msg }) => msg)
  write(`${withBatch(7)}`.replace('  debug: false', '  queue_max_size_in_mb: 1024'))
  watched.look()
  equal(told().length, 1)
  match(told()[0] ?? '', /config.yaml:2:3 globals.queue_max_size_in_mb: has no meaning in podpipe/)
  watched.reload()
  write(`${withBatch(8)}`.replace('  debug: false', '  queue_max_size_in_mb: 1024'))
  watched.look()
  equal(told().length, 1)
})

test('who asks is answered also when nothing has changed', t => {
  const { watched, lines } = start(t)
  watched.reload()
  match(lines[0]?.msg ?? '', /nothing has changed/)
})

test('what is added to the files counts at once, stays when a file changes, and is not touched by a bad one', t => {
  const { watched, write } = start(t)
  const names = (): string[] => watched.current.inputs.map(({ name }) => name)
  const adding = (name: string) =>
    watched.addTo(config => ({
      ...config,
      inputs: [...config.inputs, ...config.inputs.map(input => ({ ...input, name }))],
    }))
  adding('one')
  deepEqual(names(), ['proofpoint_on_demand', 'one'])
  write(withBatch(1))
  watched.look()
  deepEqual(names(), ['proofpoint_on_demand', 'one'])
  equal(watched.current.dedup.batchEvents, 1)
  write(withBatch('many'))
  watched.look()
  adding('two')
  deepEqual(names(), ['proofpoint_on_demand', 'two'])
  equal(watched.current.dedup.batchEvents, 1)
})

test('which revision of a collector is in use is told, also where it changes nothing else, or cannot be used', t => {
  const { watched, write } = start(t)
  const told = (): object[] => [...(watched.status().collectors ?? [])]
  const used: (string | undefined)[][] = []
  watched.onChange(({ collectors = [] }) => used.push(collectors.map(({ problem }) => problem)))
  const adding = (revision: number, problem?: string) =>
    watched.addTo(config => ({ ...config, collectors: [{ name: 'acme', revision, problem }] }))
  deepEqual(told(), [])
  adding(1)
  deepEqual(told(), [{ name: 'acme', revision: 1, usable: true }])
  adding(2, 'no key')
  deepEqual(told(), [{ name: 'acme', revision: 2, usable: false }])
  adding(2, 'no key')
  deepEqual(used, [[undefined], ['no key']])
  write(withBatch(2))
  watched.look()
  deepEqual(told(), [{ name: 'acme', revision: 2, usable: false }])
})
