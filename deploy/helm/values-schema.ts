// The schema that Helm holds the values of the chart against. podpipe's own settings come from the schema of its configuration.

import { jsonSchema } from '@podpipe/runtime/config/pages/json-schema.ts'
import { isItem, isValue, type Shape, substitutesOf } from '@podpipe/runtime/config/schema/shape.ts'
import { topLevelKeys } from '@podpipe/runtime/config/schema/top-level.ts'
import type { Json } from '@podpipe/runtime/config/values/rules.ts'

const text: Json = { type: 'string' }
const flag: Json = { type: 'boolean' }
const whole = (minimum: number): Json => ({ type: 'integer', minimum })
/** Whatever Kubernetes takes there. */
const freeForm: Json = { type: 'object' }
const list = (items: Json): Json => ({ type: 'array', items })
const port: Json = { type: 'integer', minimum: 1, maximum: 65_535 }
/** An object with these keys and no other. */
const object = (properties: Readonly<Record<string, Json>>): Json => ({
  type: 'object',
  properties,
  additionalProperties: false,
})

const secret = object({ existingSecret: text, key: { type: 'string', minLength: 1 } })
const amounts = { type: 'object', additionalProperties: { type: ['string', 'number'] } }
const resources = object({ requests: amounts, limits: amounts })

/**
 * Every key of a secret, and the one that names its file: Secrets of Kubernetes are mounted, and podpipe is told where. Only where there
 * are several, as of users, each names its own file.
 */
function secretsIn(shape: Shape): string[] {
  return Object.entries(shape).flatMap(([key, entry]) => {
    if (!isItem(entry)) return secretsIn(entry)
    if (entry.format === 'map') return entry.kinds.flatMap(({ keys }) => secretsIn(keys))
    if (!isValue(entry) || entry.secret === undefined) return []
    return [key, ...(entry.secret.variable === undefined ? [] : substitutesOf(entry))]
  })
}

/** Those, what config.yaml is for, and what the chart sees to itself. */
const withheld = ['global_overrides', 'globals', 'outputs', 'inputs', 'http', ...secretsIn(topLevelKeys)]

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A schema without the withheld keys, however deep they stand. */
function without(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(without)
  if (!isObject(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key !== 'properties' || !isObject(value)) return [key, without(value)]
      const kept = Object.entries(value).filter(([name]) => !withheld.includes(name))
      return [key, Object.fromEntries(kept.map(([name, each]) => [name, without(each)]))]
    }),
  )
}

/** Where the console is served, and what it watches, the chart knows. */
const placesOfConsole = ['enabled', 'host', 'port', 'services']

/** podpipe's own parts of its configuration. */
function ownParts(): Json {
  const { properties } = without({ properties: jsonSchema().properties }) as {
    properties: Record<string, Json>
  }
  const { console: group = {} } = properties
  const keys = Object.entries(group.properties as Json).filter(([key]) => !placesOfConsole.includes(key))
  const parts = { ...properties, console: { ...group, properties: Object.fromEntries(keys) } }
  return { type: 'object', properties: parts, additionalProperties: false }
}
const settings: Json = { $ref: '#/definitions/settings' }

const service = object({
  replicas: whole(0),
  resources,
  settings,
  kafkaPassword: secret,
})

const schema: Json = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'The values of the chart podpipe',
  definitions: { settings: ownParts() },
  ...object({
    image: object({
      repository: { type: 'string', minLength: 1 },
      tag: text,
      pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
      pullSecrets: list(text),
    }),
    nameOverride: text,
    fullnameOverride: text,
    config: object({
      existingSecret: text,
      existingConfigMap: text,
      content: text,
      file: { type: 'string', minLength: 1 },
    }),
    certs: object({ existingSecret: text }),
    apiKey: secret,
    backfillApiKey: secret,
    settings,
    kafkaPassword: secret,
    ingest: service,
    dedup: service,
    forwarder: service,
    console: object({
      enabled: flag,
      exposed: flag,
      replicas: whole(0),
      resources,
      settings,
      kafkaPassword: secret,
      users: object({ existingSecret: text }),
      secretKey: secret,
      oidcSecret: secret,
      service: object({
        type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
        port,
        annotations: freeForm,
      }),
      ingress: object({
        enabled: flag,
        className: text,
        host: text,
        path: { type: 'string', pattern: '^/' },
        tls: object({ existingSecret: text }),
        annotations: freeForm,
      }),
    }),
    topics: object({ enabled: flag, resources, settings, kafkaPassword: secret }),
    embedded: object({
      resources,
      storage: object({ size: { type: 'string', pattern: '^[0-9]+[KMGTP]i?$' }, className: text }),
    }),
    pods: object({
      terminationGracePeriodSeconds: whole(1),
      annotations: freeForm,
      labels: freeForm,
      nodeSelector: freeForm,
      tolerations: list(freeForm),
      affinity: freeForm,
      topologySpread: list(text),
      priorityClassName: text,
      runtimeClassName: text,
      extraEnv: list(freeForm),
      extraVolumes: list(freeForm),
      extraVolumeMounts: list(freeForm),
    }),
    serviceAccount: object({ create: flag, name: text, annotations: freeForm }),
    disruptionBudget: object({ enabled: flag, maxUnavailable: { type: ['integer', 'string'] } }),
    networkPolicy: object({
      enabled: flag,
      outputPorts: list(port),
      kafkaPorts: list(port),
      metricsFrom: list(freeForm),
      consoleFrom: list(freeForm),
    }),
    podMonitor: object({ enabled: flag, interval: text, labels: freeForm }),
    keda: object({
      enabled: flag,
      prometheus: text,
      lagOfReplica: whole(1),
      minReplicas: whole(0),
      maxReplicas: whole(0),
      cooldownSeconds: whole(0),
    }),
    // Of a chart that has this one in it.
    global: freeForm,
  }),
}

/** values.schema.json */
export const valuesSchema = (): string => `${JSON.stringify(schema, undefined, 1)}\n`
