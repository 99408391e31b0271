// What a person writes for a collector, to a revision that can be kept: checked by the rules of the file, every fault at its
// line and column, secrets sealed. Pure but for the nonces and the files that are named.

import { type Among, readCollector } from '@podpipe/runtime/collectors/read-collector.ts'
import { type SealingKey, seal, unseal } from '@podpipe/runtime/collectors/sealing.ts'
import {
  isObject,
  type Json,
  type JsonObject,
  nodeInTree,
  secretPaths,
  withTextAt,
  withValueInTree,
} from '@podpipe/runtime/collectors/secret-places.ts'
import type { LocatedMap } from '@podpipe/runtime/config/reading/document.ts'
import {
  createFindings,
  type Explained,
  explain,
  type Findings,
  type Position,
} from '@podpipe/runtime/config/reading/findings.ts'
import { parseJson } from '@podpipe/runtime/config/reading/json.ts'
import type { Collector, SealedSecret } from '@podpipe/schemas/records.ts'

/** Stands for a secret that is stored: it is never sent to a browser, and leaving this there keeps it. */
export const keptSecret = '********'

/** What can be kept of a draft. */
export type Kept = Pick<Collector, 'name' | 'definition' | 'secrets'>

export interface Draft {
  /** Undefined with a fault. */
  readonly kept: Kept | undefined
  readonly faults: readonly Explained[]
  readonly warnings: readonly Explained[]
}

const shownAs = 'the JSON'

/**
 * Reads what was written.
 * @param text JSON as the vendor's Collector Server takes it: `{"inputs": {"<name>": {…}}}`
 * @param options.current what is in force under the name that is edited; undefined for a new collector
 * @param options.key seals secrets; undefined where none is configured
 * @param options.among without the collector itself
 */
export function readDraft(
  text: string,
  options: {
    readonly current: Collector | undefined
    readonly key: SealingKey | undefined
    readonly among: Among
  },
): Draft {
  const findings = createFindings()
  const kept = keptOf(text, options, findings)
  return {
    kept: findings.faults.length > 0 ? undefined : kept,
    faults: explain(shownAs, findings.faults),
    warnings: explain(shownAs, findings.warnings),
  }
}

function keptOf(
  text: string,
  { current, key, among }: Parameters<typeof readDraft>[1],
  findings: Findings,
): Kept | undefined {
  const root = parseJson(text, findings)
  const found = root && oneInput(root, findings)
  if (found === undefined) return undefined
  const { name, map } = found
  if (current !== undefined && current.name !== name) {
    const fault = `is another name than ${current.name}; a collector keeps its name for life, since positions hang on it; add a new one and remove this one`
    findings.faults.push({ at: map.at, path: `inputs.${name}`, text: fault })
    return undefined
  }
  const sealed: SealedSecret[] = []
  let tree = map
  for (const path of secretPaths) {
    const node = nodeInTree(map, path)
    if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') continue
    const stored = current?.secrets.find(each => each.path === path)
    const isKept = node.value === keptSecret
    if (isKept && stored !== undefined) {
      sealed.push(stored)
      tree = withValueInTree(tree, path, opened(key, name, stored))
    } else if (isKept || key === undefined) {
      findings.faults.push({
        at: node.at,
        path: `inputs.${name}.${path}`,
        text: isKept ? nothingKept : noKey,
      })
    } else sealed.push(seal(key, { name, path }, node.value))
  }
  readCollector(name, tree, findings, among)
  if (findings.faults.length > 0) return undefined
  return { name, definition: JSON.stringify(withoutSecrets(inputIn(text, name))), secrets: sealed }
}

const nothingKept = 'stands for a secret that is stored, and none is; write the secret itself'
const noKey =
  'cannot be kept: no console.secret_key is set, and podpipe keeps no secret in clear text; set one for ingest and the console, such as openssl rand -base64 32 prints, and restart both'

/** The one input of the text. */
function oneInput(
  root: NonNullable<ReturnType<typeof parseJson>>,
  findings: Findings,
): { readonly name: string; readonly map: LocatedMap } | undefined {
  const fault = (at: Position, path: string, text: string): undefined => {
    findings.faults.push({ at, path, text })
    return undefined
  }
  if (root.kind !== 'map') {
    return fault(root.at, '', 'this is no object; a collector is one; begin with {"inputs": {"<name>": {…}}}')
  }
  for (const [key, { keyAt }] of root.entries) {
    if (key === 'inputs') continue
    if (key === 'global_overrides') {
      const text = 'is for all of podpipe and not of one collector; it is left out here; set it in the file'
      findings.warnings.push({ at: keyAt, path: key, text })
    } else fault(keyAt, key, 'is no part of a collector; podpipe has its own settings in its file; remove it')
  }
  const inputs = root.entries.get('inputs')?.value
  if (inputs?.kind !== 'map') {
    return fault(
      inputs?.at ?? root.at,
      'inputs',
      'is missing; a collector is one input; write {"inputs": {"<name>": {…}}}',
    )
  }
  const [first, second] = [...inputs.entries]
  if (first === undefined)
    return fault(inputs.at, 'inputs', 'holds no input; a collector is one; give it a name')
  if (second !== undefined) {
    const text = `is a second input; a collector is one; add ${second[0]} as a collector of its own`
    return fault(second[1].keyAt, `inputs.${second[0]}`, text)
  }
  const [name, { value, keyAt }] = first
  if (value.kind !== 'map')
    return fault(value.at, `inputs.${name}`, 'is no object; its keys belong in it; write {…}')
  return { name, map: { ...value, at: keyAt } }
}

// What cannot be opened here stays as it is; ingest says what it makes of it.
function opened(key: SealingKey | undefined, name: string, stored: SealedSecret): string {
  try {
    return unseal(key, name, stored)
  } catch {
    return stored.path === 'proxy' ? 'http://sealed.invalid:80' : `sealed:${stored.path}`
  }
}

function inputIn(text: string, name: string): JsonObject {
  const root: Json = JSON.parse(text)
  const inputs = isObject(root) ? root.inputs : undefined
  const input = isObject(inputs) ? inputs[name] : undefined
  return isObject(input) ? input : {}
}

const withoutSecrets = (input: JsonObject): JsonObject =>
  secretPaths.reduce((rest, path) => withTextAt(rest, path, ''), input)

/** The JSON of a revision as a person edits it: secrets that are stored are stood for. */
export function textOf({ name, definition, secrets }: Kept): string {
  const input: Json = JSON.parse(definition)
  const shown = isObject(input)
    ? secrets.reduce((rest, { path }) => withTextAt(rest, path, keptSecret), input)
    : input
  return JSON.stringify({ inputs: { [name]: shown } }, null, 2)
}

/** Whether a revision asks for its sessions to run, as its JSON says it. */
export function isEnabled({ what, definition }: Pick<Collector, 'what' | 'definition'>): boolean {
  const input: Json = JSON.parse(definition)
  return what !== 'removed' && isObject(input) && !isOff(input.enabled)
}

// The words that the file takes for no.
const isOff = (enabled: Json | undefined): boolean =>
  enabled === false || (typeof enabled === 'string' && /^(false|no|off)$/i.test(enabled))

/** The same definition, enabled or not. */
export function withEnabled({ name, definition, secrets }: Kept, enabled: boolean): Kept {
  const input: Json = JSON.parse(definition)
  return { name, secrets, definition: JSON.stringify({ ...(isObject(input) ? input : {}), enabled }) }
}
