// The drill for a disk that is full: podpipe's own Kafka ends of it. It is named with its cause and what to do, and all is well
// again by itself once there is room.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import type { Answer } from '@podpipe/operations/status/ask.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually, until } from '../kit/eventually.ts'
import { fill, smallDisk } from '../kit/faults/small-disk.ts'
import { flow } from '../kit/loads/flow.ts'
import { alerts } from '../kit/metrics/alerted.ts'

/** Bytes: a few segments of Kafka and their indexes have room. */
const size = 512 * 1024 * 1024

async function runAll(t: TestContext, directory: string, through: readonly string[]) {
  const certificates = await createCertificates(join(directory, 'certs'))
  const proofpoint = await startProofpoint({ certificates, events: 0 })
  atEnd(t, proofpoint.close)
  atEnd(t, flow(proofpoint))
  const devo = await startDevo({ certificates })
  atEnd(t, devo.close)
  const [ingest = 0, dedup = 0, forwarder = 0] = await freePorts(3)
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
    '',
    { ingest, dedup, forwarder, console: 0 },
  )
  const podpipe = startPodpipe('all', ['run', 'all', '--config', configFile], {
    logFile: join(directory, 'all.log'),
    trust: certificates.chainFile,
    through,
  })
  atEnd(t, () => podpipe.stop())
  return { podpipe, devo, configFile, at: [ingest, dedup, forwarder].map(port => `127.0.0.1:${port}`) }
}

test('a full disk is named with its cause and what to do, everywhere, and all is well again once there is room', async t => {
  const directory = testDirectory(t)
  const state = join(directory, 'state')
  mkdirSync(state, { recursive: true })
  const disk = smallDisk(state, size)
  if (disk === undefined) {
    t.skip(
      'NOT RUN: this user may neither make a user namespace (kernel.unprivileged_userns_clone) nor mount',
    )
    return
  }
  const { podpipe, devo, configFile, at } = await runAll(t, directory, disk.through)
  const places = at.flatMap(address => ['--at', address])
  const status = async (): Promise<{ health: string; services: readonly Answer[]; code: number }> => {
    const { out, code } = await runPodpipe(['status', '--config', configFile, ...places, '-o', 'json'])
    return { ...JSON.parse(out), code }
  }
  const healthy = (): Promise<true> =>
    eventually('all is well', async () => ((await status()).code === 0 ? true : undefined), 90_000)
  await healthy()
  const jobs = ['ingest', 'dedup', 'forwarder'].map((name, index) => [`podpipe-${name}`, at[index] ?? ''])
  const alerted = await alerts(t, Object.fromEntries(jobs))
  const figures = async (address: string | undefined): Promise<[free: number, size: number]> => {
    const text = await (await fetch(`http://${address}/metrics`)).text()
    const of = (name: string) =>
      Number(new RegExp(`^podpipe_disk_${name}_bytes{disk="kafka"} (.+)$`, 'm').exec(text)?.[1])
    return [of('free'), of('size')]
  }
  for (const address of at) {
    const [free, all] = await figures(address)
    equal(all, size)
    ok(free > size / 2 && free < size, `${free} free of ${all}`)
  }

  const filler = join(disk.from(podpipe.pid), 'filler')
  fill(filler)
  const struck = performance.now()
  const seconds = (): string => ((performance.now() - struck) / 1_000).toFixed(1)
  const trouble = await eventually('every service names the disk', async () => {
    const found = (await status()).services.map(({ status: told }) =>
      told?.troubles.find(({ part }) => part === 'disk'),
    )
    return found.every(each => each !== undefined && !each.isWarning) ? found[0] : undefined
  })
  const named = seconds()
  match(trouble?.cause ?? '', /^0 of 512 MiB are free in .*state\/kafka$/)
  match(trouble?.action ?? '', /^Make room there/)
  const ready = await fetch(`http://${at[1]}/readyz`)
  deepEqual([ready.status, /the disk of Kafka is full: 0 of 512 MiB/.test(await ready.text())], [503, true])
  equal(
    podpipe.tail(100_000).match(/"name":"dedup".*the disk of Kafka is full: 0 of 512.*Make room/g)?.length ??
      0,
    1,
  )
  for (const [alert, labels] of [
    ['PodpipeDiskFullSoon', /"kafka"/],
    ['PodpipeDiskNearlyFull', /"kafka"/],
    ['PodpipeTrouble', /"disk"/],
  ] as const)
    await alerted({ alert, labels })
  t.diagnostic(`named after ${named} s, alerted after ${seconds()} s`)

  // Kafka ends of it, and is started again when there is room.
  await until('Kafka ends', () => /embedded Kafka broker ended unasked/.test(podpipe.tail(100_000)))
  t.diagnostic(`Kafka has ended after ${seconds()} s`)
  rmSync(filler)
  const mended = performance.now()
  await healthy()
  t.diagnostic(`well again after ${((performance.now() - mended) / 1_000).toFixed(1)} s`)
  const before = devo.stats().distinct
  await eventually('events flow again', () => (devo.stats().distinct > before ? true : undefined))
  match(podpipe.tail(100_000), /"name":"dedup".*disk is well again/)
})
