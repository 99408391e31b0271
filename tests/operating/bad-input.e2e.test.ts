// Whatever a person gets wrong: one clear sentence on standard error, exit code 78, no stack trace.

import { doesNotMatch, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { testDirectory } from '../kit/directory.ts'

async function configured(t: TestContext, options: { brokers?: string[]; extra?: string } = {}) {
  const directory = testDirectory(t)
  const { domain } = await createCertificates(join(directory, 'certs'))
  const endpoints = {
    proofpointUrl: 'wss://localhost:1',
    cluster: 'c',
    apiKey: 'secret-canary',
    devoPort: 1,
    domain,
  }
  const { brokers = testBrokers(), extra = '' } = options
  return { directory, domain, file: await writeConfig(directory, endpoints, { brokers }, extra) }
}

const edit = async (file: string, from: string, to: string): Promise<void> =>
  writeFile(file, (await readFile(file, 'utf8')).replace(from, to))

for (const [name, arrange, expected] of [
  [
    'a wrong flag',
    async () => ({ args: ['run', 'all', '--config', 'x', '--konfig', 'x'] }),
    /unknown option '--konfig'/,
  ],
  ['no configuration at all', async () => ({ args: ['run', 'all'] }), /--config/],
  [
    'an unknown command',
    async () => ({ args: ['rum'] }),
    /^podpipe: unknown command 'rum'\. Did you mean run\?[^\n]*\n$/,
  ],
  [
    'an unknown command below another',
    async () => ({ args: ['rejected', 'shw'] }),
    /^podpipe: podpipe rejected shw: there is no such command\. Did you mean show\?[^\n]*\n$/,
  ],
  [
    'an unknown flag',
    async () => ({ args: ['lag', '--confg', 'x'] }),
    /^podpipe: unknown option '--confg'\. Did you mean --config\?[^\n]*\n$/,
  ],
  [
    'an unknown stage',
    async () => ({ args: ['tap', 'uniqe'] }),
    /^podpipe: uniqe: .*Did you mean unique\?[^\n]*\n$/,
  ],
  [
    'no terminal to draw on',
    async t => ({ args: ['top', '--config', (await configured(t)).file] }),
    /^podpipe: podpipe top draws on a terminal[^\n]*podpipe status[^\n]*\n$/,
  ],
  ...(
    [
      ['a time that is none', ['tap', 'raw', '--from', 'soon'], /--from soon: is no date and time/],
      [
        'a range in the wrong order',
        ['rejected', 'ls', '--from', 'today', '--to', 'yesterday'],
        /--from today does not lie before --to yesterday/,
      ],
      [
        'a range of a replay in the wrong order',
        ['replay', '--through', 'dedup', '--from', '-1h', '--to', '-2h'],
        /--from -1h does not lie before --to -2h/,
      ],
      ['a reason that is none', ['rejected', 'export', '--reason', 'varaint'], /Did you mean variant\?/],
      [
        'a kind of event that is none',
        ['lag', '--service', 'mesage'],
        /knows no such kind of event\. Did you mean message\?/,
      ],
      [
        'a cluster that is none',
        ['rejected', 'redrive', '--cluster', 'd'],
        /--cluster d: .*has no such cluster/,
      ],
      ['no such topics, asked for lag', ['lag'], /topic pod\.\S+ does not exist, so nothing can be behind/],
      ['no such topics, asked for rejects', ['rejected'], /topic pod\.rejected does not exist/],
      ['no such topics, asked for records', ['tap', 'raw'], /topic pod\.raw\.\w+ does not exist/],
      ['no such topics, asked for an account', ['audit'], /does not exist, so there is no account to hold/],
    ] as const
  ).map(([name, args, expected]): [string, (t: TestContext) => Promise<{ args: string[] }>, RegExp] => [
    name,
    async t => ({ args: [...args, '--config', (await configured(t)).file] }),
    new RegExp(`^podpipe: [^\\n]*${expected.source}[^\\n]*\\n$`),
  ]),
  [
    'a Kafka that is not there, when something is asked of it',
    async t => ({ args: ['lag', '--config', (await configured(t, { brokers: ['127.0.0.1:1'] })).file] }),
    /^podpipe: Kafka does not answer at 127\.0\.0\.1:1[^\n]*\n$/,
  ],
  [
    'an unknown service',
    async () => ({ args: ['run', 'dedupe', '--config', 'x'] }),
    /all, ingest, dedup, forwarder/,
  ],
  [
    'a missing file',
    async () => ({ args: ['run', 'all', '--config', '/nowhere/config.yaml'] }),
    /\/nowhere\/config\.yaml.*no such file/,
  ],
  [
    'an unknown key',
    async t => {
      const { file } = await configured(t)
      await edit(file, 'address: localhost', 'adress: localhost')
      return { args: ['run', 'all', '--config', file] }
    },
    /config\.yaml:\d+:\d+ outputs\.devo_1\.config\.adress: unknown key[\s\S]*did you mean "address"/,
  ],
  [
    'a certificate that is not there',
    async t => {
      const { file, directory, domain } = await configured(t)
      await edit(file, `${domain}.crt`, 'other.crt')
      return { args: ['run', 'all', '--config', file], about: directory }
    },
    /config\.yaml:\d+:\d+ .*other\.crt/,
  ],
  [
    'a certificate that is no certificate',
    async t => {
      const { file, directory, domain } = await configured(t)
      await writeFile(join(directory, 'certs', `${domain}.crt`), 'hello')
      return { args: ['run', 'forwarder', '--config', file] }
    },
    /config\.yaml:\d+:\d+ .*cert/,
  ],
  [
    'a port in use',
    async t => {
      const { file } = await configured(t)
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      atEnd(t, () => server.close())
      const { port } = server.address() as AddressInfo
      return { args: ['run', 'dedup', '--config', file, '--http-port', String(port)] }
    },
    /cannot listen on 127\.0\.0\.1:\d+: another process/,
  ],
  [
    'a port that is no port',
    async t => ({ args: ['run', 'dedup', '--config', (await configured(t)).file, '--http-port', '70000'] }),
    /0 to 65535/,
  ],
  [
    'topics that do not exist',
    async t => ({ args: ['run', 'dedup', '--config', (await configured(t)).file] }),
    /Topic pod\.[a-z.]+ does not exist; create it with: podpipe topics apply/,
  ],
  [
    'a Kafka that is not there, when topics are to be made',
    async t => ({
      args: ['topics', 'apply', '--config', (await configured(t, { brokers: ['127.0.0.1:1'] })).file],
    }),
    /Kafka does not answer at 127\.0\.0\.1:1/,
  ],
  [
    'no Java',
    async t => {
      const { file, directory } = await configured(t, { brokers: [] })
      const empty = join(directory, 'empty-path')
      await mkdir(empty)
      return { args: ['run', 'all', '--config', file], env: { PATH: empty, JAVA_HOME: '', KAFKA_HOME: '' } }
    },
    /Java is missing[\s\S]*docker compose up[\s\S]*running Kafka cluster/,
  ],
] satisfies [
  string,
  (t: TestContext) => Promise<{ args: string[]; env?: NodeJS.ProcessEnv; about?: string }>,
  RegExp,
][]) {
  test(`${name} ends with exit code 78 and says what to do`, async t => {
    const arranged: { args: string[]; env?: NodeJS.ProcessEnv } = await arrange(t)
    const { err, out, code } = await runPodpipe(arranged.args, arranged.env)
    equal(code, 78, err + out)
    match(err, expected)
    doesNotMatch(err, /\n\s+at /)
    doesNotMatch(err + out, /secret-canary/)
  })
}

test('validate says what would run, without secrets, and exits with 0', async t => {
  const { file } = await configured(t)
  const { out, code } = await runPodpipe(['validate', '--config', file, '-o', 'json'])
  equal(code, 0)
  equal(JSON.parse(out).outputs[0].address, 'localhost')
  doesNotMatch(out, /secret-canary/)
})

test('topics apply makes what is missing, and a second time there is nothing to do', async t => {
  const { file } = await configured(t)
  await edit(file, 'prefix: pod', `prefix: ${dirname(file).split('-').at(-1)?.split('/')[0]}`)
  const apply = async (verb: string) => {
    const { out, code, err } = await runPodpipe(['topics', verb, '--config', file, '-o', 'json'])
    equal(code, 0, err)
    return new Set((JSON.parse(out) as { change: string }[]).map(({ change }) => change))
  }
  equal([...(await apply('plan'))].join(), 'create')
  equal([...(await apply('apply'))].join(), 'create')
  equal([...(await apply('plan'))].join(), 'none')
  await edit(file, 'partitions: 6', 'partitions: 7')
  const refused = await runPodpipe(['topics', 'apply', '--config', file])
  equal(refused.code, 78)
  match(refused.err, /has 6 partitions and the configuration says 7/)
})

test('a key file that may not be read is named', async t => {
  // The superuser may read everything, so the permission can only be tested by others.
  if (process.getuid?.() === 0) return t.diagnostic('run as root: the file mode does not matter')
  const { file, directory, domain } = await configured(t)
  await chmod(join(directory, 'certs', `${domain}.key`), 0o000)
  const { err, code } = await runPodpipe(['run', 'all', '--config', file])
  equal(code, 78)
  match(err, new RegExp(`${domain}\\.key`))
})
