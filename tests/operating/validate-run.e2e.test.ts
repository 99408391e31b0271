// `validate` and `run` read a configuration the same way: what one refuses the other refuses with the same words, and
// what one takes the other starts.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { linesFrom } from '../kit/chains/service-log.ts'
import { until } from '../kit/eventually.ts'

const edit = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)

test('what validates starts, and what starts validates', async t => {
  const chain = await testChain(t)
  const file = chain.configFile
  const text = edit('globals:', 'globals:\n  multiprocessing: false')(readFileSync(file, 'utf8'))
  const cloud = join(file, '..', 'cloud.json')

  const both = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    Promise.all([runPodpipe(['validate', ...args], env), runPodpipe(['run', 'all', ...args], env)])
  for (const [name, change] of [
    ['a service that is misspelt', edit('      message:', '      mesage:')],
    ['a placeholder', edit('simulated_hosted', '<cluster_id>')],
    ['a tab', edit('  persistence:', '\tpersistence:')],
    ['no output', edit(/outputs:[\s\S]*?inputs:/, 'outputs: {}\ninputs:')],
    ['a certificate that is not there', edit('simulated.crt', 'other.crt')],
    ['a key of a certificate of its own', edit('key: simulated.key', 'key: server.key')],
    [
      'a security level that no certificate here has',
      edit('type: SSL', 'type: SSL\n      security_level: 5'),
    ],
    ['nothing', () => ''],
  ] as const) {
    await t.test(`${name} is refused by both in the same words`, async () => {
      writeFileSync(file, change(text))
      const [validated, run] = await both(['--config', file])
      deepEqual([validated.code, run.code], [78, 78], run.out)
      equal(run.err, validated.err)
      match(run.err, /config.yaml:\d+:\d+/)
      equal(/\n {4}at /.test(run.err), false)
    })
  }

  const isCalled = (title: string) => edit('environment: demo', `environment: ${title}`)
  const starts = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> => {
    equal((await runPodpipe(['validate', ...args], env)).code, 0)
    const logFile = join(file, '..', '..', `${Math.random()}.log`)
    const podpipe = startPodpipe('all', ['run', 'all', ...args], { logFile, trust: chain.trust, env })
    atEnd(t, () => (podpipe.running ? podpipe.kill() : undefined))
    const before = chain.proofpoint.stats().accepted
    await until(
      'it works, or has ended',
      () => !podpipe.running || chain.proofpoint.stats().accepted > before,
    )
    equal(podpipe.running, true, podpipe.tail(10))
    await until(
      'every service has joined its group',
      () => linesFrom(podpipe, 0).filter(({ msg }) => msg === 'joined the consumer group').length >= 3,
    )
    equal(await podpipe.stop(), 0, podpipe.tail(10))
  }

  await t.test('a good file starts, also by the name that the vendor gives it', async () => {
    writeFileSync(file, isCalled('one')(text))
    await starts(['--config', file])
  })

  await t.test(
    "the vendor's cloud JSON starts beside a file of outputs, and from the environment",
    async () => {
      const [, inputs = ''] = /\ninputs:\n([\s\S]*?)\nkafka:/.exec(text) ?? []
      const url = /override_url_base: "(.*?)"/.exec(inputs)?.[1]
      const service = {
        request_period_in_seconds: 60,
        start_time: '',
        override_tag_base: '',
        override_url_base: url,
      }
      const json = {
        global_overrides: { debug: false },
        inputs: {
          proofpoint_on_demand: {
            id: '12345',
            enabled: true,
            credentials: { cluster_id: 'simulated_hosted', api_key: 'simulated-token' },
            environment: 'prod',
            services: { message: service, maillog: service },
          },
        },
      }
      writeFileSync(file, text.replace(/\ninputs:\n[\s\S]*?\nkafka:/, '\nkafka:'))
      writeFileSync(cloud, JSON.stringify(json, null, 2))
      await starts(['--config', cloud, '--config', file])
      await starts([], { CONFIG_FILE: file, PODPIPE_CONFIG_JSON: JSON.stringify(json) })
      writeFileSync(cloud, JSON.stringify(json, null, 2).replace('"id": "12345",', '"id": "12345"'))
      const [validated, run] = await both(['--config', cloud, '--config', file])
      equal(run.err, validated.err)
      match(run.err, /cloud.json:8:7: this is not valid JSON: a comma is missing before this/)
    },
  )
})
