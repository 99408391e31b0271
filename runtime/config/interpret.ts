// The text of a configuration file to the configuration: parsed, checked whole, units resolved. Pure but for
// the files it names, which come through a function of the caller. read.ts is the way in for services.

import { resolve } from 'node:path'
import { knownServices } from '@podpipe/schemas/service.ts'
import type { Input, Output, PodpipeConfig } from './config.ts'
import { readConsole } from './parts/console.ts'
import { readInputs } from './parts/inputs.ts'
import { readKafka } from './parts/kafka.ts'
import { readOutputs } from './parts/outputs.ts'
import { below, type Context, fault, inside, type Reading, settleAll, warn } from './reading/context.ts'
import { isReadable, type LocatedMap, type Source } from './reading/document.ts'
import { expand } from './reading/expand.ts'
import { createFindings, type Findings, render } from './reading/findings.ts'
import { parseJson } from './reading/json.ts'
import { layered } from './reading/layers.ts'
import { homeOf } from './reading/locate.ts'
import { readShape } from './reading/read-shape.ts'
import { parseYaml } from './reading/yaml.ts'
import { logLevels, variantFates } from './schema/own-keys.ts'
import type { Values } from './schema/shape.ts'
import { topLevelKeys } from './schema/top-level.ts'
import { durationText } from './values/units.ts'

/** What surrounds the text. */
export interface Surroundings {
  /** Absolute path of the file that is shown for the whole; what stands beside it is found from here. */
  readonly file: string
  /** Absolute paths of all files. */
  readonly files: readonly string[]
  /** The file's name as the person wrote it, for messages. */
  readonly shownAs: string
  readonly env: NodeJS.ProcessEnv
  /** The time by which times in the file are judged, in milliseconds since 1970. */
  readonly now: number
  readonly hostName: string
  /** The text of a file that the configuration names; throws what node:fs throws. */
  readonly readText: (path: string) => string
}

// The archive brings an hour again up to 2.5 h after its first events: the hour itself, its staleness, the fetch.
const archiveWindowMs = 3 * 3_600_000

type TopLevel = Values<typeof topLevelKeys>

/** The configuration that one YAML text means; see interpretAll. */
export const interpret = (text: string, around: Surroundings): Interpreted =>
  interpretAll([{ name: around.shownAs, text, form: 'yaml' }], around)

/** What texts mean together, and all that is wrong or odd; with faults the configuration must not be used. */
export interface Interpreted {
  readonly config: PodpipeConfig | undefined
  readonly findings: Findings
  /** What counts under each key, and where it comes from. */
  readonly readings: ReadonlyMap<string, Reading>
}

/**
 * The configuration that several texts mean together; each holds some of its parts.
 * @param sources at least one
 */
export function interpretAll(sources: readonly Source[], around: Surroundings): Interpreted {
  const findings = createFindings()
  const { env, now } = around
  const readings = new Map<string, Reading>()
  const context: Context = { path: '', at: { line: 1, column: 1 }, findings, readings, env, now }
  const roots = sources.flatMap(source => rootOf(source, sources.length > 1, context) ?? [])
  if (findings.faults.length > 0) return { config: undefined, findings, readings }
  const root = expand(layered(roots, context), env, findings)
  return { config: assemble(root, { ...context, at: root.at }, around), findings, readings }
}

/** The keys of one text, or undefined if it holds none; why is noted. */
function rootOf(
  { name, text, form }: Source,
  isOneOfMany: boolean,
  context: Context,
): LocatedMap | undefined {
  const { findings } = context
  const root = (form === 'json' ? parseJson : parseYaml)(text, findings, isOneOfMany ? name : undefined)
  if (root === undefined || !isReadable(root, findings)) return undefined
  if (root.kind === 'map') return root
  const found = root.kind === 'scalar' && root.value === null ? 'is empty' : 'does not hold keys'
  fault(
    { ...context, at: root.at },
    `the file ${found}; podpipe needs inputs and outputs; start from what podpipe config example prints`,
  )
  return undefined
}

function assemble(root: LocatedMap, context: Context, around: Surroundings): PodpipeConfig {
  const values = readShape(topLevelKeys, root, context)
  const directory = homeOf(around.file)
  const { globals, ingest, dedup, forwarder, http } = values
  const places = { directory, readText: around.readText }
  const page = readConsole(values.console, root, context, places)
  // With a key to seal theirs, inputs may all be defined in the console.
  const mayBeNone = page.enabled && page.secretKey !== undefined
  const inputsHere = inside(context, 'inputs', values.inputs?.at ?? context.at)
  const inputs = readInputs(values.inputs, inputsHere, places, mayBeNone)
  const services = [...new Set([...knownServices, ...namesOf(inputs)])]
  const outputsHere = inside(context, 'outputs', values.outputs?.at ?? context.at)
  const outputs = readOutputs(values.outputs, outputsHere, { places, services, globals })
  checkTogether(values, root, context)
  const archiveMs = dedup.archive_window ?? Math.max(dedup.window, archiveWindowMs)
  const host = forwarder.host ?? around.hostName
  const logLevel = logLevelOf(values)
  settleAll(context, { 'dedup.archive_window': durationText(archiveMs), 'forwarder.host': host })
  settleAll(context, { log_level: logLevel })
  return {
    file: around.file,
    files: around.files,
    directory,
    debug: globals.debug,
    multiprocessing: globals.multiprocessing,
    id: globals.id,
    name: globals.name,
    stateDirectory: resolve(directory, globals.persistence.config.directory_name),
    kafka: readKafka(values.kafka, root, context, places),
    inputs,
    services,
    outputs,
    ingest: {
      maxInFlightBytes: ingest.max_in_flight_bytes,
      pauseLimitMs: ingest.pause_limit,
      pingIntervalMs: ingest.ping_interval,
      reconcile: ingest.reconcile,
    },
    dedup: {
      windowMs: dedup.window,
      archiveWindowMs: archiveMs,
      maxMemory: dedup.max_memory,
      variants: variantFates.find(fate => fate === dedup.variants) ?? 'reject',
      batchWaitMs: dedup.batch_wait,
      batchEvents: dedup.batch_events,
    },
    forwarder: {
      stretchEvents: forwarder.stretch_events,
      stretchBytes: forwarder.stretch_bytes,
      stretchMs: forwarder.stretch_time,
      maxBufferedBytes: forwarder.max_buffered_bytes,
      host,
    },
    http: {
      bind: http.bind,
      ports: {
        ingest: http.ingest_port,
        dedup: http.dedup_port,
        forwarder: http.forwarder_port,
        console: http.console_port,
      },
    },
    console: page,
    monitoringOutput: readMonitoring(values, outputs, root, context),
    stopBudgetMs: values.stop_budget,
    logLevel,
    warnings: render(around.shownAs, context.findings.warnings),
  }
}

function readMonitoring(
  { monitoring }: TopLevel,
  outputs: readonly Output[],
  root: LocatedMap,
  context: Context,
): string | undefined {
  const { output: name } = monitoring
  const found = outputs.find(each => each.name === name)
  if (name === undefined || (found?.enabled && found.kind !== 'console')) return name
  const what = found === undefined ? 'is no output' : found.enabled ? 'has no address' : 'is disabled'
  const fit = outputs.filter(({ enabled, kind }) => enabled && kind !== 'console').map(each => each.name)
  const text = `${name} ${what}, so no message can be sent to it; ${fit.length === 0 ? 'leave it out' : `name one of ${fit.join(', ')}, or leave it out`}`
  fault(below(context, root, 'monitoring', 'output'), text)
  return undefined
}

const namesOf = (inputs: readonly Input[]): string[] =>
  inputs.flatMap(({ services }) => services.map(({ service }) => service))

function logLevelOf({ log_level: named, globals }: TopLevel): PodpipeConfig['logLevel'] {
  return logLevels.find(level => level === named) ?? (globals.debug ? 'debug' : 'info')
}

// Rules that no single value can break.
function checkTogether(
  { globals, dedup, http, console: page }: TopLevel,
  root: LocatedMap,
  context: Context,
): void {
  if (globals.persistence.type !== 'filesystem') {
    const text = `${globals.persistence.type} has no meaning in podpipe: the state is in Kafka, on disk, or it would be lost; podpipe's own Kafka keeps its data in the folder ${globals.persistence.config.directory_name}; write filesystem`
    warn(below(context, root, 'globals', 'persistence', 'type'), text)
  }
  if (dedup.archive_window !== undefined && dedup.archive_window < dedup.window) {
    const text =
      'is shorter than dedup.window; events from the archive come later than live ones, not earlier; make it at least as long'
    fault(below(context, root, 'dedup', 'archive_window'), text)
  }
  if (dedup.archive_window !== undefined && dedup.archive_window < archiveWindowMs) {
    const text = `is below ${durationText(archiveWindowMs)}; podpipe fetches an hour again up to 2.5h after its first events, and what it has forgotten by then is published twice; make it at least ${durationText(archiveWindowMs)} or remove it`
    warn(below(context, root, 'dedup', 'archive_window'), text)
  }
  const ports = [
    ['http', 'ingest_port', http.ingest_port],
    ['http', 'dedup_port', http.dedup_port],
    ['http', 'forwarder_port', http.forwarder_port],
    ['http', 'console_port', http.console_port],
    ['console', 'port', page.port],
  ] as const
  for (const [index, [group, key, port]] of ports.entries()) {
    const other = ports.slice(0, index).find(([, , each]) => each === port && port !== 0)
    if (other !== undefined) {
      const shown = other[0] === group ? other[1] : `${other[0]}.${other[1]}`
      const text = `is ${port}, as ${shown} is; two services cannot share a port; choose another, or 0 for any`
      fault(below(context, root, group, key), text)
    }
  }
}
