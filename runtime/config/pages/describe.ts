// A configuration in a few words, without its secrets: what would run, and until when the certificates last.
// Pure but for the certificate files, which come through a function of the caller.

import { ledgerDays } from '@podpipe/schemas/topics.ts'
import type { Confirm, Output, PodpipeConfig } from '../config.ts'
import { expiryOf } from '../parts/certificates.ts'
import { shownProxy } from '../values/proxy.ts'
import { durationText } from '../values/units.ts'

/** What a person wants to know before a start; JSON of the CLI, so keys are only ever added. */
export interface Description {
  readonly file: string
  readonly inputs: readonly {
    readonly name: string
    readonly enabled: boolean
    readonly cluster: string
    readonly services: readonly {
      readonly service: string
      /** What Proofpoint calls it. */
      readonly type: string
      readonly tag: string
      readonly url: string
      /** Back to when the archive is fetched, as it stands in the file. */
      readonly startTime?: string
      /** The proxy on the way, without user name and password. */
      readonly proxy?: string
    }[]
  }[]
  readonly outputs: readonly {
    readonly name: string
    readonly kind: Output['kind']
    readonly enabled: boolean
    readonly services: readonly string[]
    /** The console has neither address nor port. */
    readonly address?: string
    readonly port?: number
    readonly confirm?: Confirm
    readonly certificates: readonly { readonly file: string; readonly expires: string }[]
  }[]
  readonly kafka: { readonly embedded: boolean; readonly brokers: readonly string[]; readonly prefix: string }
  readonly dedup: {
    readonly windowMs: number
    readonly archiveWindowMs: number
    readonly variants: 'reject' | 'forward'
    /** How long the ledger has to be kept for these windows. */
    readonly ledgerMs: number
  }
  readonly stateDirectory: string
  readonly http: PodpipeConfig['http']
  readonly warnings: readonly string[]
}

/** A certificate that ends sooner than this many milliseconds from now is worth a warning: 30 days. */
const soonMs = 30 * 86_400_000

/**
 * The description of a good configuration.
 * @param now the time by which certificates are judged, in milliseconds since 1970
 */
export function describeConfig(
  config: PodpipeConfig,
  readPem: (path: string) => string,
  now: number,
): Description {
  const outputs = config.outputs.map(output => ({
    name: output.name,
    kind: output.kind,
    enabled: output.enabled,
    services: output.services,
    ...(output.kind === 'console'
      ? {}
      : { address: output.address, port: output.port, confirm: output.confirm }),
    certificates: certificatesOf(output).map(file => ({ file, expires: expiryText(readPem(file)) })),
  }))
  return {
    file: config.file,
    inputs: config.inputs.map(({ name, enabled, cluster, services }) => ({
      name,
      enabled,
      cluster,
      services: services.map(({ service, type, tag, url, startTime, proxy }) => ({
        service,
        type,
        tag,
        url,
        ...(startTime === undefined ? {} : { startTime }),
        ...(proxy === undefined ? {} : { proxy: shownProxy(proxy) }),
      })),
    })),
    outputs,
    kafka: {
      embedded: config.kafka.brokers.length === 0,
      brokers: config.kafka.brokers,
      prefix: config.kafka.prefix,
    },
    dedup: {
      windowMs: config.dedup.windowMs,
      archiveWindowMs: config.dedup.archiveWindowMs,
      variants: config.dedup.variants,
      ledgerMs: ledgerDays(config.dedup.archiveWindowMs) * 86_400_000,
    },
    stateDirectory: config.stateDirectory,
    http: config.http,
    warnings: [...config.warnings, ...config.outputs.flatMap(output => ageing(output, readPem, now))],
  }
}

const certificatesOf = (output: Output): string[] =>
  output.kind === 'tls' ? [output.cert, output.chain] : []

const expiryText = (pem: string): string => expiryOf(pem)?.toISOString() ?? 'unknown'

function ageing(output: Output, readPem: (path: string) => string, now: number): string[] {
  return certificatesOf(output).flatMap(file => {
    const expires = expiryOf(readPem(file))
    if (expires === undefined || expires.getTime() - now > soonMs) return []
    const verb = expires.getTime() > now ? 'ends' : 'ended'
    return [
      `outputs.${output.name}: the certificate ${file} ${verb} on ${expires.toISOString()}; no connection to Devo succeeds from then on; get a new one`,
    ]
  })
}

/** The description for a person, one fact a line. */
export function textOf({ file, inputs, outputs, kafka, http, ...rest }: Description): string {
  const { ingest, dedup, forwarder } = http.ports
  return [
    `${file} is good`,
    ...inputs.flatMap(({ name, enabled, cluster, services }) => [
      `input ${name}: cluster ${cluster}${enabled ? '' : ' (disabled, does not run)'}`,
      ...services.map(({ service, type, tag, url, startTime, proxy }) => {
        const name = type === service ? service : `${service} (type ${type})`
        const from = startTime === undefined ? '' : `, from ${startTime} on`
        const through = proxy === undefined ? '' : ` through ${proxy}`
        return `  ${name}: ${url}${through} -> ${tag}${from}`
      }),
    ]),
    ...outputs.flatMap(output => [
      `output ${output.name}: ${wayOf(output)}${output.enabled ? '' : ' (disabled, does not run)'}`,
      ...output.certificates.map(({ file, expires }) => `  ${file} until ${expires}`),
    ]),
    kafka.embedded
      ? `kafka: embedded, data in ${rest.stateDirectory}`
      : `kafka: ${kafka.brokers.join(', ')}, topics ${kafka.prefix}.*`,
    `dedup: ${windowsText(rest.dedup)}`,
    `http: ${http.bind}, ports ${ingest} (ingest), ${dedup} (dedup), ${forwarder} (forwarder)`,
    ...rest.warnings.map(warning => `warning: ${warning}`),
  ].join('\n')
}

function wayOf({ kind, address, port, confirm }: Description['outputs'][number]): string {
  if (kind === 'console') return 'the standard output of the forwarder'
  const way = kind === 'tls' ? 'over TLS' : 'over plain TCP, readable on the way'
  return `${address}:${port} ${way}${confirm === 'auto' ? '' : `, confirm: ${confirm}`}`
}

function windowsText({ windowMs, archiveWindowMs, ledgerMs, variants }: Description['dedup']): string {
  const [live, archive, ledger] = [windowMs, archiveWindowMs, ledgerMs].map(durationText)
  return `an event is known for ${live}, to the archive for ${archive}; the ledger is kept for ${ledger}; variants: ${variants}`
}
