// The drill for a disk that is full: podpipe's own Kafka ends of it. It is named with its cause and what to do, and all is well
// again by itself once there is room. The disk is a small one in memory, which only the superuser can make.

import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import type { Answer } from '@podpipe/operations/status/ask.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startDevo } from '@podpipe/simulators/devo.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually, until } from '../kit/eventually.ts'
import { flow } from '../kit/flow.ts'
import { runPodpipe } from '../kit/podpipe.ts'

/** Bytes: a few segments of Kafka and their indexes have room. */
const size = 512 * 1024 * 1024

function smallDisk(t: TestContext, folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0) return false
  atEnd(t, () => spawnSync('umount', ['-l', folder]))
  return true
}

/** Writes until nothing more goes in. */
function fill(file: string): void {
  const handle = openSync(file, 'w')
  try {
    for (const piece of [1024 * 1024, 4096]) {
      const zeros = Buffer.alloc(piece)
      try {
        for (;;) writeSync(handle, zeros)
      } catch {
        // Full; the smaller pieces fill the rest.
      }
    }
  } finally {
    closeSync(handle)
  }
}

// Kafka takes its time to come back, so this is run on demand: FULL_DISK=1.
const skip = process.env.FULL_DISK === undefined && 'run with FULL_DISK=1'

test('a full disk is named with its cause and what to do, and all is well again once there is room', {
  skip,
}, async t => {
  const directory = testDirectory(t)
  const state = join(directory, 'state')
  if (!smallDisk(t, state)) {
    t.skip('no small disk can be made here: mount needs the superuser')
    return
  }
  const certificates = await createCertificates(join(directory, 'certs'))
  const proofpoint = await startProofpoint({ certificates, events: 0 })
  atEnd(t, proofpoint.close)
  atEnd(t, flow(proofpoint))
  const devo = await startDevo({ certificates })
  atEnd(t, devo.close)
  const ports = await freePorts(3)
  const configFile = await writeConfig(
    directory,
    {
      proofpointUrl: proofpoint.url,
      cluster: 'simulated_hosted',
      apiKey: 'simulated-token',
      devoPort: devo.port,
      domain: certificates.domain,
    },
    { partitions: 1 },
  )
  const [ingest, dedup, forwarder] = ports
  const text = readFileSync(configFile, 'utf8').replace(
    /^http: .*$/m,
    `http: {ingest_port: ${ingest}, dedup_port: ${dedup}, forwarder_port: ${forwarder}}`,
  )
  writeFileSync(configFile, text)
  const places = ports.flatMap(port => ['--at', `127.0.0.1:${port}`])
  const podpipe = startPodpipe('all', ['run', 'all', '--config', configFile], {
    logFile: join(directory, 'all.log'),
    trust: certificates.chainFile,
  })
  atEnd(t, () => podpipe.stop())
  const status = async (): Promise<{ health: string; services: readonly Answer[]; code: number }> => {
    const { out, code } = await runPodpipe(['status', '--config', configFile, ...places, '-o', 'json'])
    return { ...JSON.parse(out), code }
  }
  const healthy = (): Promise<true> =>
    eventually('all is well', async () => ((await status()).code === 0 ? true : undefined), 90_000)
  await healthy()

  const filler = join(state, 'filler')
  fill(filler)
  const struck = performance.now()
  const trouble = await eventually('every service names the disk', async () => {
    const found = (await status()).services.map(({ status: told }) =>
      told?.troubles.find(({ part }) => part === 'disk'),
    )
    return found.every(each => each !== undefined && !each.isWarning) ? found[0] : undefined
  })
  t.diagnostic(`named after ${((performance.now() - struck) / 1_000).toFixed(1)} s`)
  match(trouble?.cause ?? '', /^0 of 512 MiB are free in .*state\/kafka$/)
  match(trouble?.action ?? '', /^Make room there/)
  const ready = await fetch(`http://127.0.0.1:${ports[1]}/readyz`)
  deepEqual([ready.status, /the disk of Kafka is full: 0 of 512 MiB/.test(await ready.text())], [503, true])
  const log = podpipe.tail(100_000)
  equal(log.match(/"name":"dedup".*the disk of Kafka is full/g)?.length ?? 0, 1)

  // Kafka has ended of it, and is started again until it comes up.
  await until('Kafka ends', () => /embedded Kafka broker ended unasked/.test(podpipe.tail(100_000)))
  rmSync(filler)
  const mended = performance.now()
  await healthy()
  t.diagnostic(`well again after ${((performance.now() - mended) / 1_000).toFixed(1)} s`)
  const before = devo.stats().distinct
  await eventually('events flow again', () => (devo.stats().distinct > before ? true : undefined))
})
