// A configuration in the vendor's layout, as a person would write it, with both ends on this machine.

import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Endpoints {
  /** Base of the Proofpoint simulator: wss://localhost:PORT, or ws:// for measurements */
  readonly proofpointUrl: string
  readonly cluster: string
  readonly apiKey: string
  readonly devoPort: number
  /** Name of the client certificate's files in certs/. */
  readonly domain: string
  /** More keys of the output, and more outputs, as YAML: each line as it is to stand below `outputs:`. */
  readonly moreOutputs?: string
  /** Further kinds of event by name, with what is to stand under each. */
  readonly moreServices?: Readonly<Record<string, string>>
}

export interface KafkaChoice {
  /** None for the embedded broker. */
  readonly brokers?: readonly string[]
  readonly prefix?: string
  readonly partitions?: number
}

/** Ports of this machine; 0 for any free one, which only the log tells. */
export interface Ports {
  readonly ingest: number
  readonly dedup: number
  readonly forwarder: number
  readonly console: number
  /** Of the page in the browser; undefined for none with `run all`. */
  readonly page?: number
  /** The path below which the page is served; `/` if left out. */
  readonly basePath?: string
  /** More keys of the console, each behind a comma. */
  readonly more?: string
}

const anyPort: Ports = { ingest: 0, dedup: 0, forwarder: 0, console: 0 }

/**
 * Writes `config/config.yaml` under a folder that already has `certs/`.
 * @param extra more top-level keys, as YAML
 * @param ports where the services answer
 * @returns the file's path
 */
export async function writeConfig(
  directory: string,
  { proofpointUrl, cluster, apiKey, devoPort, domain, moreOutputs = '', moreServices = {} }: Endpoints,
  { brokers = [], prefix = 'pod', partitions = 6 }: KafkaChoice,
  extra = '',
  ports: Ports = anyPort,
): Promise<string> {
  const service = `request_period_in_seconds: 1, override_url_base: "${proofpointUrl}"${proofpointUrl.startsWith('ws:') ? ', allow_insecure: true' : ''}`
  const more = Object.entries(moreServices).map(([name, keys]) => `      ${name}: {${service}, ${keys}}\n`)
  const secretKey = randomBytes(24).toString('base64')
  const text = `globals:
  debug: false
  id: demo
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
      cert: ${domain}.crt
      key: ${domain}.key
${moreOutputs}inputs:
  proofpoint_on_demand:
    id: demo1
    enabled: true
    credentials:
      cluster_id: ${cluster}
      api_key: ${apiKey}
    environment: demo
    services:
      message: {${service}}
      maillog: {${service}}
      audit: {${service}}
${more.join('')}kafka:
  brokers: [${brokers.map(broker => `"${broker}"`).join(', ')}]
  prefix: ${prefix}
  partitions: ${partitions}
http: {ingest_port: ${ports.ingest}, dedup_port: ${ports.dedup}, forwarder_port: ${ports.forwarder}, console_port: ${ports.console}}
console: {${ports.page === undefined ? 'enabled: false' : `port: ${ports.page}, base_path: ${ports.basePath ?? '/'}, secret_key: "${secretKey}"${ports.more ?? ''}`}}
${extra}`
  const folder = join(directory, 'config')
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'config.yaml')
  await writeFile(file, text)
  return file
}
