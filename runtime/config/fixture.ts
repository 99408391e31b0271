// For tests: the vendor's documented file with its placeholders filled in, and certificates to go with it.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { generate } from 'selfsigned'
import type { Surroundings } from './interpret.ts'

/** The vendor's file as documented, filled in; nothing of podpipe's own is in it. */
export const vendorFile = `globals:
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
      address: collector-us.devo.io
      port: 443
      type: SSL
      chain: chain.crt
      cert: acme.crt
      key: acme.key
inputs:
  proofpoint_on_demand:
    id: 12345
    enabled: true
    credentials:
      cluster_id: acme_hosted
      api_key: canary-secret-key
    environment: prod
    services:
      message:
        request_period_in_seconds: 60
        start_time:
        override_tag_base:
        override_url_base: wss://127.0.0.1:8443/v1/stream
      maillog:
        request_period_in_seconds: 60
        start_time:
        override_tag_base:
        override_url_base: wss://127.0.0.1:8443/v1/stream
`

/** The JSON that the vendor's hosted server takes, as documented, with its placeholders filled in. */
export const cloudJson = `{
  "global_overrides": {
    "debug": false
  },
  "inputs": {
    "proofpoint_on_demand": {
      "id": "12345",
      "enabled": true,
      "credentials": {
        "cluster_id": "acme_hosted",
        "api_key": "canary-secret-key"
      },
      "environment": "prod",
      "services": {
        "message": {
          "request_period_in_seconds": 60,
          "start_time": "2024-05-22T12:00:00.000000-0500",
          "override_tag_base": "",
          "override_url_base": ""
        },
        "maillog": {
          "request_period_in_seconds": "60"
        }
      }
    }
  }
}`

/** What is warned of in vendorFile as it is: the vendor's sample breaks two of the vendor's rules. */
export const isSampleWarning = (warning: string): boolean => /globals\.(id|name): has/.test(warning)

/** vendorFile with one line replaced; a replacement that finds nothing would test nothing. */
export function withLine(line: string, replacement: string): string {
  if (!vendorFile.includes(line)) throw new Error(`the fixture has no line ${line}`)
  return vendorFile.replace(line, replacement)
}

/** The secret in vendorFile; no message may hold it. */
export const secret = 'canary-secret-key'

/** The texts of the three TLS files of vendorFile, and a key that belongs to none of them. */
export interface Pems {
  readonly chain: string
  readonly cert: string
  readonly key: string
  readonly strangeKey: string
}

const subject = [{ name: 'commonName', value: 'acme' }]

/** New certificates; they are made once a test file, since keys take time. */
export async function createPems(expires = new Date('2199-01-01T00:00:00Z')): Promise<Pems> {
  const options = { keyType: 'ec', algorithm: 'sha256', notAfterDate: expires } as const
  const [authority, stranger] = await Promise.all([generate(subject, options), generate(subject, options)])
  const ca = { key: authority.private, cert: authority.cert }
  const client = await generate(subject, { ...options, ca })
  return { chain: authority.cert, cert: client.cert, key: client.private, strangeKey: stranger.private }
}

/** The time by which a configuration is judged in tests. */
const now = Date.parse('2024-06-01T00:00:00Z')

/** Surroundings in which /pod/config/config.yaml is read and /pod/certs holds the certificates and `more`. */
export function surroundings(pems: Pems, more: Record<string, string> = {}): Surroundings {
  const files: Record<string, string> = {
    '/pod/certs/chain.crt': pems.chain,
    '/pod/certs/acme.crt': pems.cert,
    '/pod/certs/acme.key': pems.key,
    ...more,
  }
  const readText = (path: string): string => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
    return text
  }
  return {
    file: '/pod/config/config.yaml',
    files: ['/pod/config/config.yaml'],
    shownAs: 'config.yaml',
    env: {},
    now,
    hostName: 'pod-1',
    readText,
  }
}

/** A folder in the vendor's layout, gone after the test; returns the path of its config.yaml. */
export function createFolder(t: TestContext, pems: Pems, text: string = vendorFile): string {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const name of ['config', 'certs']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'certs', 'chain.crt'), pems.chain)
  writeFileSync(join(folder, 'certs', 'acme.crt'), pems.cert)
  writeFileSync(join(folder, 'certs', 'acme.key'), pems.key)
  chmodSync(join(folder, 'certs', 'acme.key'), 0o600)
  const file = join(folder, 'config', 'config.yaml')
  writeFileSync(file, text)
  return file
}
