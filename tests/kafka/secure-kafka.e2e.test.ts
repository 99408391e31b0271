// A cluster that wants TLS and a user: the whole chain flows through it, by each mechanism, and a wrong password is
// explained without being told.

import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startSecureBroker } from '../kit/brokers/secure-broker.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { linesFrom, linesOf } from '../kit/chains/service-log.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually } from '../kit/eventually.ts'

const user = { name: 'podpipe', password: 'canary-sasl-07d2' }

test('events flow through a Kafka with TLS and SASL, and nothing tells the password', async t => {
  const certificates = await createCertificates(join(testDirectory(t), 'kafka-certs'))
  const broker = await startSecureBroker(t, certificates, [user])
  const chain = await testChain(t, {
    brokers: [broker.plain],
    through: [broker.secure],
    proofpoint: { events: 300 },
    config: 'log_level: debug\n',
  })
  const home = dirname(dirname(chain.configFile))
  const base = readFileSync(chain.configFile, 'utf8')
  writeFileSync(join(home, 'certs', 'kafka-ca.crt'), certificates.chain)
  writeFileSync(join(home, 'certs', 'kafka-password'), `${user.password}\n`, { mode: 0o600 })
  const configure = (mechanism: string, password: string, ca = 'kafka-ca.crt'): void =>
    writeFileSync(
      chain.configFile,
      base.replace(
        'kafka:\n',
        `kafka:\n  tls: {enabled: true, ca: ${ca}}\n  sasl: {mechanism: ${mechanism}, username: ${user.name}, ${password}}\n`,
      ),
    )
  const plan = () => runPodpipe(['topics', 'plan', '--config', chain.configFile])

  for (const mechanism of ['plain', 'scram-sha-512']) {
    configure(mechanism, 'password_file: kafka-password')
    const { code, err } = await plan()
    equal(code, 0, `${mechanism}: ${err}`)
  }
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  const { gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  await chain.stopServices()

  configure('scram-sha-512', 'password: canary-wrong')
  const wrong = await plan()
  equal(wrong.code, 78, wrong.out)
  match(
    wrong.err,
    /Kafka does not answer at localhost:\d+: the brokers refuse the user podpipe: the password is wrong.* Correct kafka\.sasl\.username/,
  )
  configure('scram-sha-512', 'password_file: kafka-password', 'chain.crt')
  const strange = await plan()
  equal(strange.code, 78, strange.out)
  match(
    strange.err,
    /Kafka does not answer at localhost:\d+: the broker's certificate is of an authority that is not trusted here.* Let kafka\.tls\.ca name/,
  )

  // The first line of a service names it as well, and the service goes on trying.
  for (const [mechanism, password, expected] of [
    [
      'scram-sha-512',
      'password: canary-wrong',
      /^Kafka does not answer; .*The brokers refuse the user podpipe: the password is wrong.*Correct kafka\.sasl\.username/,
    ],
    [
      'scram-sha-256',
      'password_file: kafka-password',
      /^Kafka does not answer; .*The brokers do not offer the mechanism scram-sha-256\. Set kafka\.sasl\.mechanism/,
    ],
  ] as const) {
    configure(mechanism, password)
    const dedup = chain.process('dedup')
    const before = linesOf(dedup)
    const again = chain.start('dedup')
    const line = await eventually('an error', () =>
      linesFrom(again, before).find(({ level }) => level === 50),
    )
    match(line.msg, expected)
    equal(again.running, true)
    await again.stop()
  }

  const logs = ['ingest', 'dedup', 'forwarder'].map(name => readFileSync(join(home, `${name}.log`), 'utf8'))
  doesNotMatch([...logs, wrong.err, wrong.out, strange.err, strange.out].join('\n'), /canary/)
})
