// An API server of Kubernetes for tests, with an etcd of its own and nothing behind it: it judges, completes and keeps objects, and nobody
// runs what they say. Both are there where deploy/ci/kube-apiserver.sh has built them.

import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { type Manifest, tools } from './test-chart.ts'

/** Why there is none here; undefined where there is. */
export const noApiServer = ['etcd', 'kube-apiserver'].every(name => existsSync(join(tools, name)))
  ? undefined
  : 'no API server of Kubernetes is here; deploy/ci/kube-apiserver.sh builds one'

/** What the server says to an object. */
export interface Judged {
  readonly status: number
  /** What is wrong with it, and what it warns of; empty where all is well. */
  readonly said: string
}

export interface ApiServer {
  /** For Helm. */
  readonly kubeconfig: string
  /** Makes an object; with `isTrial` it is judged as strictly as can be and not kept. */
  make(manifest: AnyManifest, namespace?: string, isTrial?: boolean): Promise<Judged>
  /** The names of all objects of some kinds. */
  list(path: string): Promise<string[]>
}

const patience = 120_000

/** Starts it on free ports; it ends, and all that it keeps goes, when the test ends. */
export async function startApiServer(t: TestContext): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-kubernetes-'))
  const running: ChildProcess[] = []
  t.after(async () => {
    for (const child of running.reverse()) {
      const ended = new Promise(resolve => child.once('exit', resolve))
      if (child.kill('SIGKILL')) await ended
    }
    rmSync(folder, { recursive: true })
  })
  const run = (name: string, args: readonly string[]): void => {
    const child = spawn(join(tools, name), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.pipe(createWriteStream(join(folder, `${name}.log`)))
    running.push(child)
  }
  const [port = 0, etcdPort = 0, peerPort = 0] = await freePorts(3)
  const token = 'of-a-test'
  writeFileSync(join(folder, 'tokens.csv'), `${token},tester,tester,system:masters\n`, { mode: 0o600 })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // PKCS #8 it does not read here.
  const accountsKey = privateKey.export({ format: 'pem', type: 'sec1' })
  writeFileSync(join(folder, 'accounts.key'), accountsKey, { mode: 0o600 })
  const etcd = `http://127.0.0.1:${etcdPort}`
  run('etcd', [
    ...['--data-dir', 'etcd', '--listen-client-urls', etcd, '--advertise-client-urls', etcd],
    ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`, '--unsafe-no-fsync'],
  ])
  run('kube-apiserver', [
    ...['--etcd-servers', etcd, '--bind-address', '127.0.0.1', '--secure-port', String(port)],
    ...['--cert-dir', 'certs', '--token-auth-file', 'tokens.csv', '--authorization-mode', 'RBAC'],
    ...['--service-account-issuer', 'https://localhost', '--service-account-key-file', 'accounts.key'],
    ...['--service-account-signing-key-file', 'accounts.key', '--service-cluster-ip-range', '10.96.0.0/16'],
  ])

  const authority = join(folder, 'certs/apiserver.crt')
  const ask = (method: string, path: string, body?: object): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port, method, path, ca: readFileSync(authority) },
        response => {
          let text = ''
          response.on('data', piece => (text += piece))
          response.once('end', () => {
            const warning = response.headers.warning ?? ''
            resolve({ status: response.statusCode ?? 0, warning: String(warning), text })
          })
        },
      )
      asked.once('error', reject)
      asked.setHeader('authorization', `Bearer ${token}`)
      asked.setHeader('content-type', 'application/json')
      asked.end(body && JSON.stringify(body))
    })
  for (const until = performance.now() + patience; ; await sleep(200)) {
    const answer = existsSync(authority) ? await ask('GET', '/readyz').catch(() => undefined) : undefined
    if (answer?.status === 200) break
    if (performance.now() > until || running.some(({ exitCode }) => exitCode !== null))
      throw new Error(readFileSync(join(folder, 'kube-apiserver.log'), 'utf8').slice(-4_000))
  }

  const kubeconfig = join(folder, 'kubeconfig')
  const named = (name: string, more: object): object => ({ name, ...more })
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        named('test', {
          cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': authority },
        }),
      ],
      users: [named('test', { user: { token } })],
      contexts: [named('test', { context: { cluster: 'test', user: 'test' } })],
      'current-context': 'test',
    }),
    { mode: 0o600 },
  )

  /** Where objects of a kind are made. */
  const pathOf = async (apiVersion: string, kind: string, namespace?: string): Promise<string> => {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const { resources }: { resources: { kind: string; name: string }[] } = JSON.parse(
      (await ask('GET', group)).text,
    )
    const name = resources.find(each => each.kind === kind && !each.name.includes('/'))?.name
    return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${name}`
  }

  return {
    kubeconfig,
    async make(manifest, namespace, isTrial = false) {
      const path = await pathOf(manifest.apiVersion, manifest.kind, namespace)
      const { status, warning, text } = await ask(
        'POST',
        `${path}?fieldValidation=Strict${isTrial ? '&dryRun=All' : ''}`,
        manifest,
      )
      const { message = '' }: { message?: string } = status === 201 ? {} : JSON.parse(text)
      return { status, said: `${message}${warning}` }
    },
    async list(path) {
      const { items }: { items: { kind: string; metadata: { name: string } }[] } = JSON.parse(
        (await ask('GET', path)).text,
      )
      return items.map(({ metadata }) => metadata.name)
    },
  }
}

type AnyManifest = Pick<Manifest, 'apiVersion' | 'kind'> & { readonly metadata: { readonly name: string } }

interface Answer {
  readonly status: number
  readonly warning: string
  readonly text: string
}
