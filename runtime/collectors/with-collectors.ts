// The configuration of the file and the collectors of the console together. A collector that cannot be used is told of and
// left out; nothing else is touched by it. Pure but for the files that are named.

import type { Collector } from '@podpipe/schemas/records.ts'
import type { CollectorState, Input, PodpipeConfig } from '../config/config.ts'
import type { LocatedMap } from '../config/reading/document.ts'
import { createFindings, type Explained, explain, type Findings } from '../config/reading/findings.ts'
import { parseJson } from '../config/reading/json.ts'
import { reasonOf } from '../errors.ts'
import { type Among, readCollector } from './read-collector.ts'
import { type SealingKey, unseal } from './sealing.ts'
import { withValueInTree } from './secret-places.ts'

/** What surrounds the collectors. */
export interface Surroundings extends Pick<Among, 'env' | 'now'> {
  readonly readText: (path: string) => string
  /**
   * What opens their secrets: undefined where no key is configured, and `not needed` for a service that holds no session
   * and is better off without them.
   */
  readonly key: SealingKey | undefined | 'not needed'
}

/**
 * The configuration with the collectors beside its own inputs. One that was removed stays as a disabled input: its
 * events that are still on their way bear its tag.
 * @param base of the file, or one that collectors were added to before
 * @param collectors what is in force, one for each name
 */
export function withCollectors(
  base: PodpipeConfig,
  collectors: readonly Collector[],
  around: Surroundings,
): PodpipeConfig {
  const inputs: Input[] = base.inputs.filter(({ collector }) => collector === undefined)
  const states: CollectorState[] = []
  const places = { directory: base.directory, readText: around.readText }
  for (const collector of [...collectors].sort(inOrder)) {
    const { name, revision } = collector
    const among = { inputs, kinds: base.services, env: around.env, now: around.now, places }
    const { input, problem } = inputOf(collector, among, around.key)
    if (input !== undefined) inputs.push({ ...input, collector: { revision } })
    if (collector.what !== 'removed') states.push({ name, revision, problem })
  }
  return { ...base, inputs, collectors: states }
}

// The same everywhere. A removed one takes nothing from the others.
const inOrder = (a: Collector, b: Collector): number =>
  Number(a.what === 'removed') - Number(b.what === 'removed') || (a.name < b.name ? -1 : 1)

function inputOf(
  collector: Collector,
  among: Among,
  key: Surroundings['key'],
): { input: Input | undefined; problem: string | undefined } {
  const { name, what } = collector
  const findings = createFindings()
  try {
    const tree = treeOf(collector, findings, key)
    const input = tree && readCollector(name, tree, findings, among)
    if (input !== undefined)
      return { input: what === 'removed' ? disabled(input) : input, problem: undefined }
    return { input: undefined, problem: inWords(explain(name, findings.faults)) }
  } catch (error) {
    return { input: undefined, problem: reasonOf(error) }
  }
}

const inWords = (faults: readonly Explained[]): string =>
  faults.map(({ key, what, advice }) => `${key} ${what}; ${advice}`).join('. ')

const disabled = (input: Input): Input => ({ ...input, enabled: false })

function treeOf(
  { name, definition, secrets }: Collector,
  findings: Findings,
  key: Surroundings['key'],
): LocatedMap | undefined {
  const parsed = parseJson(definition, findings)
  if (parsed === undefined) return undefined
  if (parsed.kind !== 'map') {
    const text = 'this is no input; an input is a JSON object with its keys; save it anew in the console'
    findings.faults.push({ at: parsed.at, path: '', text })
    return undefined
  }
  return secrets.reduce(
    (tree, secret) =>
      withValueInTree(
        tree,
        secret.path,
        key === 'not needed' ? standIn(secret.path) : unseal(key, name, secret),
      ),
    parsed,
  )
}

// The rules want a key, and two different ones where there are two; nobody uses them.
const standIn = (path: string): string | null => (path === 'proxy' ? null : `sealed:${path}`)
