// More partitions for a podpipe with a Kafka of its own: what a start says of another number, how it is drained one
// service after the other, and that every id is known afterwards.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually, until } from '../kit/eventually.ts'

test('an embedded broker gets more partitions: drained, changed, and every id is known', async t => {
  const directory = testDirectory(t)
  const certificates = await createCertificates(join(directory, 'certs'))
  const proofpoint = await startProofpoint({ certificates, cluster: 'acme', tokens: ['key'] })
  atEnd(t, proofpoint.close)
  const devo = await startDevo({ certificates })
  atEnd(t, devo.close)
  const configFile = await writeConfig(
    directory,
    {
      ...{ proofpointUrl: proofpoint.url, cluster: 'acme', apiKey: 'key' },
      ...{ devoPort: devo.port, domain: certificates.domain },
    },
    { partitions: 2 },
  )
  const start = (what: string) => {
    const process = startPodpipe(what, ['run', what, '--config', configFile], {
      logFile: join(directory, `${what}.log`),
      trust: certificates.chainFile,
    })
    atEnd(t, () => (process.running ? process.kill() : undefined))
    return process
  }
  const run = (...args: string[]) => runPodpipe([...args, '--config', configFile])
  const setPartitions = async (count: number): Promise<void> => {
    const config = await readFile(configFile, 'utf8')
    await writeFile(configFile, config.replace(/partitions: \d+/, `partitions: ${count}`))
  }
  const offer = (first: number, end: number): void => {
    for (let n = first; n < end; n++) {
      proofpoint.offer('audit', `{"guid":"e${n}","ts":"2024-05-22T12:10:${10 + (n % 50)}.000000-0700"}`)
    }
  }
  const delivered = (count: number): Promise<void> =>
    until(`${count} events have arrived`, () => devo.stats().distinct === count)
  /** Runs one service, which brings Kafka with it; a command finds that once it is up. */
  const startAlone = async (service: string) => {
    const running = start(service)
    await until(`${service} has its Kafka`, () => /broker is up/.test(running.tail(1_000)))
    return running
  }
  /** Runs one service until the plan no longer names what it has to do. */
  const drain = async (service: string, left: RegExp): Promise<void> => {
    await setPartitions(2)
    const running = await startAlone(service)
    await setPartitions(3)
    await eventually(`${service} has nothing left`, async () => {
      const { out, code } = await run('topics', 'plan')
      return code === 0 && !left.test(out) ? true : undefined
    })
    equal(await running.stop(), 0, running.tail(20))
  }

  // Given events in raw that nobody has decided yet
  const ingest = await startAlone('ingest')
  offer(0, 140)
  await eventually('they are in raw', async () => {
    const { out } = await run('audit', '--service', 'audit', '-o', 'json')
    return out !== '' && JSON.parse(out).waiting === 140 ? true : undefined
  })
  equal(await ingest.stop(), 0, ingest.tail(20))

  // When the number is raised, a start says what to do, and the change waits until nothing is left
  await setPartitions(3)
  const refused = start('all')
  await until('the start is refused', () => !refused.running)
  equal(await refused.stop(), 78)
  match(refused.tail(5), /has 2 partitions and the configuration says 3.*podpipe topics plan/)
  const early = await run('topics', 'apply', '--yes')
  equal(early.code, 78)
  match(early.err, /nothing was changed\.\ndedup has 140 records of pod\.raw\.audit still to decide/)
  match(
    (await run('topics', 'plan')).out,
    /1\. Stop podpipe.*\n.*podpipe run dedup, and after it podpipe run forwarder/,
  )
  await drain('dedup', /still to decide/)
  await drain('forwarder', /still to deliver/)
  const applied = await run('topics', 'apply', '--yes')
  equal(applied.code, 0, applied.err)
  match(applied.err, /audit has 3 partitions; 140 live ids have moved/)

  // Then podpipe goes on, and copies of all of them are known
  const again = start('all')
  offer(0, 150)
  await delivered(150)
  const account = await eventually('all is decided', async () => {
    const { out, err, code } = await run('audit', '--deep', '-o', 'json')
    equal(code, 0, err)
    const { received, unique, duplicate } = JSON.parse(out)
    return received === 290 ? { unique, duplicate } : undefined
  })
  deepEqual(account, { unique: 150, duplicate: 140 })
  equal(await again.stop(), 0, again.tail(20))
  deepEqual([devo.stats().distinct, devo.stats().doubled], [150, 0])
})
