// The demo as a script uses it: one JSON object as the last line, nothing left behind whatever happens.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually, until } from '../kit/eventually.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'demo', 'main.ts')

function demo(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: root, detached: true })
  const folder = `demo-${child.pid}`
  const done = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([out, err, [code]]) => ({ out, err, code: code as number }),
  )
  return { child, done, folder }
}

const leftOn = (folder: string): string[] =>
  readdirSync(join(root, '.podpipe')).filter(name => name === folder)

const leftRunning = (folder: string): string[] =>
  readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    } catch {
      return false
    }
  })

test('the demo prints its accounting as JSON and leaves nothing behind', async () => {
  const { done, folder } = demo(['--events', '2000', '--json'])
  const { out, err, code } = await done
  equal(code, 0, err)
  const result = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  deepEqual(Object.keys(result), [
    'received',
    'unique',
    'duplicate',
    'rejected',
    'delivered',
    'lost',
    'changed',
    'doubled',
    'seconds',
  ])
  equal(result.received, 2_000)
  equal(result.received, result.unique + result.duplicate + result.rejected)
  deepEqual([result.delivered, result.lost, result.changed, result.doubled], [result.unique, 0, 0, 0])
  ok(result.seconds.start < result.seconds.first_delivered)
  ok(result.seconds.first_delivered <= result.seconds.total)
  deepEqual([leftOn(folder), leftRunning(folder)], [[], []])
})

test('the demo sends the lines of a file', async t => {
  const directory = testDirectory(t)
  await mkdir(directory)
  const file = join(directory, 'events.ndjson')
  const event = '{"guid":"one","ts":"2024-05-22T12:10:03.058340-0700"}'
  await writeFile(file, `${event}\n${event}\n{"id":"two","sm":{},"data":"x"}\nno json\n`)
  const { out, err, code } = await demo(['--events-file', file, '--json']).done
  equal(code, 0, err)
  const { seconds: _, ...result } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  deepEqual(result, {
    received: 4,
    unique: 2,
    duplicate: 1,
    rejected: 1,
    delivered: 2,
    lost: 0,
    changed: 0,
    doubled: 0,
  })
})

for (const [name, ready] of [
  ['while Kafka starts', (err: string) => err.includes('Starting Kafka')],
  ['while events flow', (err: string) => /Devo has +[1-9]/.test(err)],
] as const) {
  test(`SIGTERM ${name} leaves nothing running and nothing on disk`, async () => {
    const { child, done, folder } = demo(['--events', '200000'])
    let err = ''
    child.stderr.on('data', part => {
      err += part
    })
    await until(name, () => ready(err))
    child.kill('SIGTERM')
    const { code } = await done
    equal(code, 130)
    deepEqual([leftOn(folder), leftRunning(folder)], [[], []])
  })
}

test('with --forever it prints one address, behind which the flow is alive; Ctrl-C ends it, with an account that closes', async () => {
  const { child, done, folder } = demo(['--forever'])
  let err = ''
  child.stderr.on('data', part => {
    err += part
  })
  await until('it says where to look', () => /Open http\S+ /.test(err))
  const [address = '', ...others] = err.match(/http:\S+/g) ?? []
  deepEqual(others, [])
  ok((await (await fetch(address)).text()).includes('<title>podpipe</title>'))
  await eventually('events are seen to arrive', async () => {
    const picture = await pictureFrom(`${address}api/v1/live`)
    return (picture.account?.outputs[0]?.done ?? 0) > 0 || undefined
  })
  child.kill('SIGINT')
  const { out, code } = await done
  equal(code, 0, err)
  ok(/delivered [1-9].*lost 0 +changed 0 +doubled 0/.test(out), out)
  deepEqual([leftOn(folder), leftRunning(folder)], [[], []])
})

/** The next picture of a live stream. */
async function pictureFrom(url: string): Promise<Picture> {
  const leaving = new AbortController()
  const response = await fetch(url, { signal: leaving.signal })
  let read = ''
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += part
    const [, picture] = /^data: (.*)\n/m.exec(read) ?? []
    if (picture === undefined) continue
    leaving.abort()
    return JSON.parse(picture) as Picture
  }
  throw new Error('the stream has ended without a picture')
}

test('a wrong flag of the demo is one sentence and exit code 78', async () => {
  const { err, code } = await demo(['--evnts', '5']).done
  equal(code, 78)
  ok(err.includes("unknown option '--evnts'") && !err.includes('\n    at '), err)
})
