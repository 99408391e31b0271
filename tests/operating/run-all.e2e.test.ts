// `podpipe run all` as a user of the vendor's collector would type it: the vendor's documented configuration,
// its placeholders filled in, the two addresses pointing at the simulators, nothing else changed.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { testDirectory } from '../kit/directory.ts'
import { until } from '../kit/eventually.ts'

const vendorsFile = (proofpointUrl: string, devoPort: number): string => `globals:
  debug: false
  id: not_used
  name: proofpoint-on-demand
  persistence:
    type: filesystem
    config:
      directory_name: state
outputs:
  devo_1:
    type: devo_platform
    config:
      address: localhost
      port: ${devoPort}
      type: SSL
      chain: chain.crt
      cert: simulated.crt
      key: simulated.key
inputs:
  proofpoint_on_demand:
    id: 12345
    enabled: true
    credentials:
      cluster_id: simulated_hosted
      api_key: simulated-token
    environment: prod
    services:
      message:
        request_period_in_seconds: 1
        override_url_base: ${proofpointUrl}
      maillog:
        request_period_in_seconds: 1
        override_url_base: ${proofpointUrl}
`

async function install(t: TestContext) {
  const directory = testDirectory(t)
  const certificates = await createCertificates(join(directory, 'certs'))
  const proofpoint = await startProofpoint({
    certificates,
    events: { message: 300, maillog: 700 },
    duplicates: 0.1,
    repeatAfterUncleanEndMs: 5_000,
  })
  atEnd(t, proofpoint.close)
  const devo = await startDevo({ certificates })
  atEnd(t, devo.close)
  await mkdir(join(directory, 'config'))
  const file = join(directory, 'config', 'config.yaml')
  await writeFile(file, vendorsFile(proofpoint.url, devo.port))
  const start = (name = 'all') => {
    const process = startPodpipe(name, ['run', 'all', '--config', file], {
      logFile: join(directory, `${name}.log`),
      trust: certificates.chainFile,
    })
    atEnd(t, () => (process.running ? process.kill() : undefined))
    return process
  }
  const arrived = (): Promise<void> =>
    until('everything offered has arrived', () => {
      const { events, sent } = proofpoint.ledger.counts()
      const offered = Object.values(proofpoint.progress()).every(each => each.sent === each.offered)
      return sent > 0 && offered && devo.stats().distinct === events
    })
  return { directory, proofpoint, devo, start, arrived }
}

/** Commands of running processes that name the folder: services, and the broker by its data. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const folder = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return command.includes(directory) || folder.includes(`PWD=${directory}`) ? [command] : []
      } catch {
        return []
      }
    })
}

test("the vendor's configuration delivers events; a stop leaves nothing running; a new start finds its data", async t => {
  const { directory, proofpoint, devo, start, arrived } = await install(t)

  const first = start('first')
  await arrived()
  deepEqual(Object.keys(devo.stats().perTag).sort(), [
    'mail.proofpoint.pod.maillog',
    'mail.proofpoint.pod.message',
  ])

  // A second podpipe on the same folder is refused, and the first goes on.
  const second = start('second')
  await until('the second podpipe ends', () => !second.running)
  equal(await second.stop(), 78)
  match(second.tail(5), new RegExp(`${directory}[\\s\\S]*${first.pid}`))

  equal(await first.stop(), 0, first.tail(20))
  deepEqual(processesOf(directory), [])

  // What was seen before the stop is still known after it.
  const before = devo.stats()
  const again = Buffer.from('{"guid":"seen-before","ts":"2024-05-22T12:10:03.058340-0700"}')
  const third = start('third')
  proofpoint.offer('message', again)
  await arrived()
  proofpoint.offer('message', again)
  proofpoint.offer('message', '{"guid":"new","ts":"2024-05-22T12:10:04.058340-0700"}')
  await arrived()
  equal(await third.stop(), 0, third.tail(20))
  const fourth = start('fourth')
  proofpoint.offer('message', again)
  proofpoint.offer('message', '{"guid":"newer","ts":"2024-05-22T12:10:05.058340-0700"}')
  await arrived()
  equal(await fourth.stop(), 0, fourth.tail(20))
  equal(devo.count(contentHash(again)), 1)
  equal(devo.stats().distinct, before.distinct + 3)
  equal(devo.stats().doubled, 0)
})

test('SIGKILL of the whole podpipe: its services end by themselves, and the next start goes on where it was', async t => {
  const { directory, proofpoint, devo, start, arrived } = await install(t)
  const first = start('first')
  await until('some events delivered', () => devo.stats().distinct > 100)
  await first.kill()
  await until('the services have ended', () =>
    processesOf(directory).every(command => !command.includes('main.ts run')),
  )

  const second = start('second')
  proofpoint.offer('message', '{"guid":"after","ts":"2024-05-22T12:10:03.058340-0700"}')
  await arrived()
  equal(await second.stop(), 0, second.tail(20))
  deepEqual(processesOf(directory), [])
  t.diagnostic(`delivered ${devo.stats().distinct}, doubled at the sink ${devo.stats().doubled}`)
})
