// One collector of the console to an input, by the very rules of the file. Pure but for the files that it names.

import type { Input } from '../config/config.ts'
import { readInput } from '../config/parts/inputs.ts'
import { type Context, fault, inside } from '../config/reading/context.ts'
import type { Located, LocatedMap } from '../config/reading/document.ts'
import type { Places } from '../config/reading/find-file.ts'
import type { Findings } from '../config/reading/findings.ts'
import { checkName } from '../config/reading/read-map.ts'

/** What a collector stands among. */
export interface Among {
  /** The inputs that are there already; whatever of these it takes once more is a fault. */
  readonly inputs: readonly Input[]
  /** The kinds of event that have topics. */
  readonly kinds: readonly string[]
  /** For the proxy of the machine; nothing else of it means anything to a collector. */
  readonly env: NodeJS.ProcessEnv
  /** The time by which times are judged, in milliseconds since 1970. */
  readonly now: number
  readonly places: Places
}

/**
 * The input that a tree means; undefined with a fault.
 * @param tree what stands below its name, with its secrets in place
 */
export function readCollector(
  name: string,
  tree: LocatedMap,
  findings: Findings,
  { inputs, kinds, env, now, places }: Among,
): Input | undefined {
  const root: Context = { path: '', at: tree.at, findings, readings: new Map(), env: proxiesOf(env), now }
  const here = inside(inside(root, 'inputs', tree.at), name, tree.at)
  const before = findings.faults.length
  checkName(name, here)
  refuseWhatIsElsewhere(tree, here)
  const { input, streams } = readInput(name, tree, here, places)
  for (const { stream, here: at } of streams) {
    if (!kinds.includes(stream.service)) {
      const text = `is a kind of event without topics; podpipe makes them for the kinds that the configuration file knows: ${kinds.join(', ')}; add it to an input of the file, disabled if you like, and restart podpipe`
      fault(at, text)
    }
  }
  const taken = inputs.find(each => each.name === name)
  if (taken !== undefined) {
    const text =
      taken.collector === undefined
        ? 'is an input of the configuration file; a name can mean one input only; choose another name'
        : 'is another collector; a name can mean one input only; choose another name'
    fault(here, text)
  }
  if (input?.enabled) {
    for (const { stream, here: at } of streams) {
      const other = inputs.find(
        each =>
          each.enabled &&
          each.cluster === input.cluster &&
          each.services.some(({ service, type }) => service === stream.service || type === stream.type),
      )
      if (other === undefined) continue
      const text = `reads the same stream of ${input.cluster} as the input ${other.name}; Proofpoint allows one session and answers 409 to the second; remove it in one of the two`
      fault(at, text)
    }
  }
  return findings.faults.length > before ? undefined : input
}

const proxiesOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => /^(https|no)_proxy$/i.test(name)))

/**
 * A collector is written by whoever may sign in to the console. It must not reach for files with secrets, or for the
 * environment of ingest: what it names as its key is sent to the address that it names.
 */
function refuseWhatIsElsewhere(tree: LocatedMap, here: Context): void {
  const credentials = tree.entries.get('credentials')?.value
  for (const key of ['api_key_file', 'backfill_api_key_file']) {
    const entry = credentials?.kind === 'map' ? credentials.entries.get(key) : undefined
    if (entry === undefined) continue
    const text = `names a file, and a collector of the console has its key sealed in Kafka; write ${key.replace('_file', '')}, or define the input in the configuration file`
    fault(inside(inside(here, 'credentials', entry.keyAt), key, entry.keyAt), text)
  }
  refuseVariables(tree, here)
}

function refuseVariables(node: Located, here: Context): void {
  if (node.kind === 'map') {
    for (const [key, { value }] of node.entries) refuseVariables(value, inside(here, key, value.at))
  } else if (node.kind === 'list') {
    for (const item of node.items) refuseVariables(item, { ...here, at: item.at })
  } else if (typeof node.value === 'string' && /\$\{/.test(node.value)) {
    const text =
      'names a variable of the environment, and a collector of the console knows none; write the value itself'
    fault(here, text)
  }
}
