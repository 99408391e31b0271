// The chart for its tests: its values, and what Helm makes of them where Helm is at hand (deploy/ci/chart-tools.sh).

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vendorFile } from '@podpipe/runtime/config/fixture.ts'
import type { AnySchema } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse, parseAllDocuments } from 'yaml'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const chart = join(root, 'deploy/helm/podpipe')
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
export const tools = process.env.PODPIPE_CHART_TOOLS ?? join(cache, 'podpipe/chart-tools')
const helm = join(tools, 'helm')

/** Why the chart cannot be rendered here; undefined where it can. */
export const noHelm =
  existsSync(helm) && existsSync(join(tools, 'schemas'))
    ? undefined
    : 'Helm and the schemas of Kubernetes are not here; deploy/ci/chart-tools.sh gets them'

/** Flags with which each example is rendered; production takes the vendor's file, without its key. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  minimal: [],
  production: ['--set-json', `config.content=${JSON.stringify(vendorFile.replace(/^ *api_key:.*\n/m, ''))}`],
  everything: [],
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string }
  readonly tcpSocket?: { readonly port: string }
  readonly exec?: { readonly command: readonly string[] }
  readonly periodSeconds: number
  readonly failureThreshold: number
}

interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly resources: { readonly limits: Readonly<Record<string, string>> }
  readonly securityContext: object
  readonly volumeMounts: readonly {
    readonly name: string
    readonly mountPath: string
    readonly readOnly?: boolean
  }[]
}

export interface Pod {
  readonly terminationGracePeriodSeconds: number
  readonly automountServiceAccountToken: boolean
  readonly securityContext: object
  readonly containers: readonly [Container]
  readonly volumes: readonly {
    readonly name: string
    readonly secret?: { readonly secretName: string }
    readonly configMap?: { readonly name: string }
  }[]
}

/** One object of Kubernetes, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly labels: Readonly<Record<string, string>>
  }
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly replicas?: number
    readonly template?: { readonly spec: Pod }
  }
  readonly data?: Readonly<Record<string, string>>
}

/** The pods that objects lead to, each by the component that it is. */
export const podsOf = (manifests: readonly Manifest[]): Map<string, Pod> =>
  new Map(
    manifests.flatMap(({ metadata, spec }) =>
      spec?.template === undefined
        ? []
        : [[metadata.labels['app.kubernetes.io/component'] ?? '', spec.template.spec] as const],
    ),
  )

/** The variables that a pod's container is given. */
export const variablesOf = (pod: Pod | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((pod?.containers[0].env ?? []).map(({ name, value }) => [name, value]))

/** Runs Helm and returns what it printed and said. */
export function runHelm(...args: readonly string[]): { readonly text: string; readonly failed: boolean } {
  const { stdout, stderr, status } = spawnSync(helm, args, { encoding: 'utf8', cwd: root })
  return { text: status === 0 ? stdout : stderr, failed: status !== 0 }
}

/** What the chart makes of an example, and of further flags. */
export function rendered(example: string, ...more: readonly string[]): Manifest[] {
  const values = join(root, 'deploy/helm/examples', `${example}.yaml`)
  const args = [...valuesOf(example), '--values', values, ...more]
  const { text, failed } = runHelm('template', 'r', chart, '--kube-version', '1.33', ...args)
  if (failed) throw new Error(text)
  return parseAllDocuments(text).flatMap((document): Manifest[] => document.toJS() ?? [])
}

export const valuesOf = (example: string): readonly string[] => examples[example] ?? []

export const versions = (): string[] => readdirSync(join(tools, 'schemas'))

/** What Kubernetes of that version has against an object, strictly; undefined for a kind that it does not have. */
export function faultsBy(version: string): (manifest: Manifest) => string[] | undefined {
  const folder = join(tools, 'schemas', version)
  const schema = (name: string): AnySchema => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: false, allErrors: true })
  ajv.addSchema(schema('_definitions.json'), '/api/_definitions.json')
  return manifest => {
    const [group = '', release] = manifest.apiVersion.split('/')
    const suffix = release === undefined ? group : `${group.split('.')[0]}-${release}`
    const file = `${manifest.kind.toLowerCase()}-${suffix}.json`
    if (!existsSync(join(folder, file))) return undefined
    const isGood = ajv.getSchema(file) ?? ajv.addSchema(schema(file), file).getSchema(file)
    if (isGood === undefined) throw new Error(`${file} is no schema`)
    isGood(manifest)
    return (isGood.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}

export const values: Record<string, unknown> = parse(read('deploy/helm/podpipe/values.yaml'))
