// What a running podpipe is told: the vendor's file, checked, with defaults filled in and units resolved.
// Every service takes this object and nothing else; read.ts makes it.

import type { Kind, Service } from '@podpipe/schemas/service.ts'

/** The whole configuration, frozen. All durations are milliseconds, all sizes bytes, all paths absolute. */
export interface PodpipeConfig {
  /** The first YAML file, or the first file, absolute: beside it certs/ and state/ are looked for. */
  readonly file: string
  /** All files that it was read from, absolute; a part may come from the environment besides. */
  readonly files: readonly string[]
  /** Where certs/ and state/ are: the parent of a folder named `config`, else the file's own folder. */
  readonly directory: string
  readonly debug: boolean
  /** Whether `run all` gives each service a process of its own. */
  readonly multiprocessing: boolean
  readonly id: string
  readonly name: string
  /** Where the embedded broker keeps its data. */
  readonly stateDirectory: string
  readonly kafka: KafkaSettings
  readonly inputs: readonly Input[]
  /** Every kind of event that has topics: the known ones, and those of all inputs, disabled ones too. */
  readonly services: readonly Service[]
  readonly outputs: readonly Output[]
  readonly ingest: IngestSettings
  readonly dedup: DedupSettings
  readonly forwarder: ForwarderSettings
  readonly http: HttpSettings
  readonly console: ConsoleSettings
  /** The output that gets operational messages; undefined for none. It is enabled and has a peer. */
  readonly monitoringOutput: string | undefined
  /** How long a service may take to stop before it stops anyway. */
  readonly stopBudgetMs: number
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug'
  /** The collectors of the console that were added, where this is followed. */
  readonly collectors?: readonly CollectorState[]
  /** What is odd in the file but stops nothing; whole sentences, for the caller to log. */
  readonly warnings: readonly string[]
}

export interface KafkaSettings {
  /** `host:port` each; empty means the embedded broker. */
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly partitions: number
  /** Heap of the embedded broker's JVM as its -Xmx flag takes it, such as `512m`. */
  readonly heap: string
  /** How a cluster is spoken to that wants more than a plain connection. */
  readonly security: KafkaSecurity | undefined
}

export interface KafkaSecurity {
  /** Undefined for a connection without TLS. */
  readonly tls: KafkaTls | undefined
  /** Undefined where nobody has to say who he is, or a certificate says it. */
  readonly sasl: KafkaSasl | undefined
}

/** PEM files; undefined for the authorities of the system, and for no client certificate. */
export interface KafkaTls {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly checkHostname: boolean
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  /** A secret. */
  readonly password: string
}

export interface IngestSettings {
  readonly maxInFlightBytes: number
  readonly pauseLimitMs: number
  readonly pingIntervalMs: number
  /** Whether every closed hour is fetched once more from the archive and compared. */
  readonly reconcile: boolean
}

export interface DedupSettings {
  readonly windowMs: number
  readonly archiveWindowMs: number
  /** What becomes of an event that comes again within the window with another time of its own. */
  readonly variants: 'reject' | 'forward'
  /** Bytes of remembered ids in one process, at most. */
  readonly maxMemory: number
  readonly batchWaitMs: number
  readonly batchEvents: number
}

export interface ForwarderSettings {
  readonly stretchEvents: number
  readonly stretchBytes: number
  readonly stretchMs: number
  /** What one output may hold unconfirmed; one delivery more at most. */
  readonly maxBufferedBytes: number
  /** The HOST field of every syslog line. */
  readonly host: string
}

export interface HttpSettings {
  readonly bind: string
  readonly ports: {
    readonly ingest: number
    readonly dedup: number
    readonly forwarder: number
    readonly console: number
  }
}

/** What somebody may do in the console: look; act on events as well; change what podpipe does. */
export type ConsoleRole = 'viewer' | 'operator' | 'admin'

/** The page in the browser. */
export interface ConsoleSettings {
  /** Whether `run all` runs it. */
  readonly enabled: boolean
  readonly host: string
  readonly port: number
  /** Begins and ends with a slash. */
  readonly basePath: string
  /** `host:port` each; empty means the services of this machine. */
  readonly services: readonly string[]
  /** What secrets of collectors are sealed with; a secret itself. */
  readonly secretKey: string | undefined
  readonly users: readonly ConsoleUser[]
  /** From which role on the content of events is shown. */
  readonly content: ConsoleRole | 'none'
  readonly session: { readonly idleMs: number; readonly lifeMs: number }
  /** The address in the browser, with a slash at its end; undefined for the one that it is asked by. */
  readonly publicUrl: string | undefined
  readonly groups: ConsoleGroups
  readonly proxy: ConsoleProxy
  readonly oidc: ConsoleOidc | undefined
  /** PEM files, absolute; undefined for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

/** Somebody who signs in with a password. */
export interface ConsoleUser {
  readonly name: string
  /** As values/password-hash.ts reads it. */
  readonly passwordHash: string
  readonly role: ConsoleRole
}

/** Which role the groups of a person make; the highest counts. */
export interface ConsoleGroups extends Readonly<Record<ConsoleRole, readonly string[]>> {
  readonly otherwise: ConsoleRole | 'none'
}

/** What stands before the console. */
export interface ConsoleProxy {
  /** Addresses and networks that are believed what they say of the browser. */
  readonly addresses: readonly string[]
  /** The header with the person that it has signed in; undefined where it signs nobody in. */
  readonly userHeader: string | undefined
  readonly groupsHeader: string | undefined
}

/** Who signs people in by OpenID Connect. */
export interface ConsoleOidc {
  readonly issuer: string
  readonly clientId: string
  /** A secret. */
  readonly clientSecret: string | undefined
  readonly scopes: string
  readonly nameClaim: string
  readonly groupsClaim: string
}

/** One Proofpoint cluster with its key, and what is read from it. */
export interface Input {
  readonly name: string
  readonly id: string
  readonly enabled: boolean
  readonly cluster: string
  readonly apiKey: string
  /** A second key, so that archive and live sessions run side by side; never the same as `apiKey`. */
  readonly backfillApiKey: string | undefined
  readonly environment: string | undefined
  readonly services: readonly InputService[]
  /** Where it was defined in the console, and not in the file. */
  readonly collector?: { readonly revision: number }
}

/** Whether a collector of the console is in use. */
export interface CollectorState {
  readonly name: string
  readonly revision: number
  /** Why it is not, and what to do; never with a secret. */
  readonly problem: string | undefined
}

/** One stream of an input: a session at Proofpoint and a tag at Devo. */
export interface InputService extends Kind {
  readonly service: Service
  readonly requestPeriodMs: number
  /** As it stands in the file, already checked; undefined means live data only. */
  readonly startTime: string | undefined
  /** The same in milliseconds since 1970, never in the future when it was read; undefined when `startTime` is. */
  readonly startAt: number | undefined
  readonly tag: string
  /** A whole wss URL without query; ws only where the file allows it. */
  readonly url: string
  /** A PEM file with authorities that are trusted besides those of the system. */
  readonly ca: string | undefined
  /** The URL of the proxy on the way, a secret: it may hold a password. */
  readonly proxy: string | undefined
}

/** By what evidence an output's events are confirmed; docs/confirmation.md says what each proves. */
export type Confirm = 'auto' | 'closed' | 'acked' | 'written'

/** Where events go. Each output is a consumer group of its own, with its own offsets and pace. */
export type Output = TlsOutput | PlainOutput | ConsoleOutput

interface AnyOutput {
  readonly name: string
  readonly enabled: boolean
  /** The kinds of event it takes. */
  readonly services: readonly Service[]
  /** Longer frames, header included, are rejected; undefined for no limit. */
  readonly maxEventBytes: number | undefined
}

/** A Devo endpoint or relay behind mutual TLS; cert and key were found to be readable and to belong together. */
export interface TlsOutput extends AnyOutput {
  readonly kind: 'tls'
  readonly address: string
  readonly port: number
  readonly confirm: Confirm
  /** Connections at once, all but one awaiting the end of the peer. */
  readonly connections: number
  readonly chain: string
  readonly cert: string
  readonly key: string
  readonly checkHostname: boolean
  /** OpenSSL's, 0 to 5; undefined for its own default. */
  readonly securityLevel: number | undefined
  /** Whether a public authority may vouch for the peer as well as the chain. */
  readonly systemRoots: boolean
  readonly compression: Compression
}

/** A syslog receiver on plain TCP. */
export interface PlainOutput extends AnyOutput {
  readonly kind: 'tcp'
  readonly address: string
  readonly port: number
  readonly confirm: Confirm
  /** Connections at once, all but one awaiting the end of the peer. */
  readonly connections: number
}

/** The standard output of the forwarder. */
export interface ConsoleOutput extends AnyOutput {
  readonly kind: 'console'
}

/** Whole gzip members, as the vendor's client has them. */
export interface Compression {
  /** The share of the output's room in use from which on it compresses: below 0 always, above 1 never. */
  readonly threshold: number
  /** 0 to 9; -1 for zlib's own choice. */
  readonly level: number
  /** Bytes of events in a member. */
  readonly bufferBytes: number
}
