// Certificates that are exchanged while an output runs: by any way a file can change, also badly, also under load.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { createLog } from '@podpipe/runtime/log.ts'
import { pino } from 'pino'
import { createPeerOutput } from '../output.ts'
import { createAuthority, createClientPair, createServerPair, type Pair } from '../peers/test-certificates.ts'
import { startSink } from '../peers/test-sink.ts'
import { readTlsMaterial, type TlsMaterial } from './tls-material.ts'
import { watchTlsFiles } from './watched-tls-files.ts'

const authority = await createAuthority()
const [old, fresh] = await Promise.all([
  createClientPair(authority, 'old'),
  createClientPair(authority, 'fresh'),
])

function start(t: TestContext, now?: () => number) {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-watch-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const files = { cert: join(folder, 'd.crt'), key: join(folder, 'd.key'), chain: join(folder, 'chain.crt') }
  const write = ({ cert, key }: Pair): void => {
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
  }
  write(old)
  writeFileSync(files.chain, authority.cert)
  const log: { level: number; msg: string }[] = []
  const lines = new Writable({
    write(chunk, _encoding, done) {
      log.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const applied: TlsMaterial[] = []
  const watched = watchTlsFiles({
    output: 'o',
    files,
    material: readTlsMaterial(files),
    apply: material => void applied.push(material),
    log: pino(lines),
    ...(now && { now }),
  })
  t.after(() => watched.stop())
  return { folder, files, write, log, applied, watched }
}

test('files that stay as they are change nothing', t => {
  const { watched, applied, log } = start(t)
  watched.look()
  deepEqual([applied.length, log.length], [0, 0])
})

test('files written in place are put to use once', t => {
  const { watched, write, applied, log } = start(t)
  write(fresh)
  watched.look()
  watched.look()
  deepEqual([applied.map(({ cert }) => cert), log.map(({ level }) => level)], [[fresh.cert], [30]])
})

test('files that are renamed over the old ones are put to use', t => {
  const { watched, folder, files, applied } = start(t)
  for (const [name, text] of [
    ['cert', fresh.cert],
    ['key', fresh.key],
  ] as const) {
    writeFileSync(join(folder, 'new'), text)
    renameSync(join(folder, 'new'), files[name])
  }
  watched.look()
  equal(applied[0]?.key, fresh.key)
})

test('a symbolic link that is turned to another file is followed', t => {
  const { watched, folder, files, applied } = start(t)
  for (const [name, text] of [
    ['cert', fresh.cert],
    ['key', fresh.key],
  ] as const) {
    writeFileSync(join(folder, `elsewhere.${name}`), text)
    symlinkSync(join(folder, `elsewhere.${name}`), join(folder, 'link'))
    renameSync(join(folder, 'link'), files[name])
  }
  watched.look()
  equal(applied[0]?.cert, fresh.cert)
})

test('a certificate whose key comes a look later is no alarm', t => {
  const { watched, files, applied, log } = start(t)
  writeFileSync(files.cert, fresh.cert)
  watched.look()
  writeFileSync(files.key, fresh.key)
  watched.look()
  deepEqual([applied.length, log.map(({ level }) => level)], [1, [30]])
})

for (const [name, spoil, pattern] of [
  ['no PEM', files => writeFileSync(files.cert, 'nonsense'), /d\.crt is not usable PEM/],
  ['a key of another certificate', files => writeFileSync(files.key, fresh.key), /does not belong/],
  ['nothing at all', files => rmSync(files.chain), /chain .*cannot be read: ENOENT/],
] satisfies [string, (files: { cert: string; key: string; chain: string }) => void, RegExp][])
  test(`${name} is warned of once, the last good files stay in use, and the next good ones are taken`, t => {
    const { watched, files, write, applied, log } = start(t)
    spoil(files)
    for (let looks = 0; looks < 4; looks += 1) watched.look()
    deepEqual([applied.length, log.map(({ level }) => level)], [0, [40]])
    match(log[0]?.msg ?? '', pattern)
    match(log[0]?.msg ?? '', /the last good ones stay in use/)
    write(fresh)
    writeFileSync(files.chain, authority.cert)
    watched.look()
    equal(applied.length, 1)
  })

test('a certificate that ends soon is warned of once a day, one that has ended is an error', t => {
  const day = 86_400_000
  let today = Date.now() + 300 * day
  const { watched, log } = start(t, () => today)
  const left = watched.daysLeft().cert
  ok(left > 30 || log.length > 0)
  today += (left - 29) * day
  for (let looks = 0; looks < 3; looks += 1) watched.look()
  const warnings = log.filter(({ msg }) => msg.includes('d.crt'))
  deepEqual(
    warnings.map(({ level }) => level),
    [40],
  )
  match(warnings[0]?.msg ?? '', /ends in 29 days; .*no restart is needed/)
  today += 40 * day
  watched.look()
  equal(log.findLast(({ msg }) => msg.includes('d.crt'))?.level, 50)
  ok(watched.daysLeft().cert < 0)
})

for (const confirm of ['auto', 'acked'] as const)
  test(`confirm: ${confirm}: a certificate exchanged under load is used by new connections, and nothing is lost`, async t => {
    const sink = await startSink(t, { authority, server: await createServerPair(authority) })
    const output = createPeerOutput({
      name: 'o',
      address: '127.0.0.1',
      port: sink.port,
      tls: { ...old, chain: authority.cert },
      confirm,
      limits: { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 20 },
      log: createLog('test', 'silent'),
    })
    t.after(() => output.close())
    const confirmed: Promise<void>[] = []
    for (let at = 0; at < 4_000; at += 50) {
      const frames = Array.from({ length: 50 }, (_, n) => Buffer.from(`event ${at + n}\n`))
      confirmed.push((await output.deliver(frames)).confirmed)
      if (at === 2_000) output.useMaterial({ ...fresh, chain: authority.cert })
    }
    await Promise.all(confirmed)
    while (sink.lines.size < 4_000) await new Promise(resolve => setTimeout(resolve, 5))
    equal(sink.order.length, 4_000)
    equal(output.status().resent, 0)
    deepEqual([...new Set(sink.clients)], ['old', 'fresh'])
  })
