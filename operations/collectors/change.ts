// One change of a collector: what it makes, what is wrong with it, what it does to the sessions. The same answer is given
// before, as a preview, and when it is applied. Pure but for nonces and the files that are named.

import type { SealingKey } from '@podpipe/runtime/collectors/sealing.ts'
import { type Surroundings, withCollectors } from '@podpipe/runtime/collectors/with-collectors.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { Explained } from '@podpipe/runtime/config/reading/findings.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { type DiffLine, diffOf } from './diff.ts'
import { type Draft, type Kept, readDraft, textOf, withEnabled } from './draft.ts'
import { type Effects, effectsOf } from './effects.ts'
import { inForce, type Revisions, StaleError } from './store.ts'

/** What a person wants. `seen` is the revision that was looked at. */
export type Change =
  | { readonly does: 'add'; readonly text: string }
  | { readonly does: 'edit'; readonly name: string; readonly seen: number; readonly text: string }
  | { readonly does: 'enable' | 'disable' | 'remove'; readonly name: string; readonly seen: number }
  | { readonly does: 'roll_back'; readonly name: string; readonly seen: number; readonly to: number }

/** What comes of it. */
export interface Prepared {
  /** The collector that it is about; empty where the text does not say. */
  readonly name: string
  /** The revision it is made on; 0 where there is none. */
  readonly seen: number
  /** What would be written; undefined with a fault. */
  readonly next: Omit<Collector, 'revision' | 'at' | 'by'> | undefined
  readonly faults: readonly Explained[]
  readonly warnings: readonly Explained[]
  readonly effects: Effects
  /** What changes in its JSON; secrets are stood for. */
  readonly diff: readonly DiffLine[]
}

/** What a change is judged by. */
export interface Present {
  readonly config: PodpipeConfig
  readonly revisions: Revisions
  readonly key: SealingKey | undefined
  readonly around: Pick<Surroundings, 'env' | 'now' | 'readText'>
}

const nothing: Effects = { sessions: [], live: [], undisturbed: 0 }
const whats = {
  add: 'added',
  edit: 'edited',
  enable: 'enabled',
  disable: 'disabled',
  remove: 'removed',
  roll_back: 'rolled_back',
} as const

/**
 * Works a change out.
 * @throws StaleError when the collector is not as it was when the person looked, or not there
 */
export function prepare(change: Change, present: Present): Prepared {
  const { revisions } = present
  const current = change.does === 'add' ? undefined : revisions.get(change.name)?.at(-1)
  if (change.does !== 'add' && (current === undefined || current.revision !== change.seen)) {
    throw new StaleError(change.name, current)
  }
  const draft = draftOf(change, current, present)
  const name = draft.kept?.name ?? current?.name ?? ''
  // One that was removed can be added again under its name, and counts on.
  const last = revisions.get(name)?.at(-1)
  const seen = last?.revision ?? 0
  const known = { name, seen, warnings: draft.warnings }
  if (draft.kept === undefined)
    return { ...known, next: undefined, faults: draft.faults, effects: nothing, diff: [] }

  const what = whats[change.does]
  const from_revision = change.does === 'roll_back' ? change.to : null
  const next = { ...draft.kept, what, from_revision }
  const before = together(present, inForce(revisions))
  const others = inForce(revisions).filter(each => each.name !== name)
  const after = together(present, [...others, { ...next, revision: seen + 1, at: 0, by: '' }])
  const diff = diffOf(
    last === undefined || last.what === 'removed' ? '' : textOf(last),
    what === 'removed' ? '' : textOf(next),
  )
  const faults = newProblems(before, after, name).map(asFault)
  if (faults.length > 0) return { ...known, next: undefined, faults, effects: nothing, diff }
  return { ...known, next, faults: [], effects: effectsOf(before, after), diff }
}

const together = ({ config, key, around }: Present, collectors: readonly Collector[]): PodpipeConfig =>
  withCollectors(config, collectors, { ...around, key })

/** What is wrong with the collector itself, and with those that it would take something from. */
function newProblems(before: PodpipeConfig, after: PodpipeConfig, name: string): string[] {
  const known = new Set(before.collectors?.flatMap(each => (each.problem === undefined ? [] : [each.name])))
  return (after.collectors ?? []).flatMap(each => {
    if (each.problem === undefined || (known.has(each.name) && each.name !== name)) return []
    return each.name === name ? [each.problem] : [`${each.name} could not go on: ${each.problem}`]
  })
}

const asFault = (problem: string): Explained => ({
  file: '',
  key: '',
  what: problem,
  advice: '',
  text: problem,
})

function draftOf(change: Change, current: Collector | undefined, present: Present): Draft {
  const { config, revisions, key, around } = present
  if (change.does === 'add' || change.does === 'edit') {
    const removed = new Set(
      inForce(revisions).flatMap(({ name, what }) => (what === 'removed' ? [name] : [])),
    )
    const inputs = together(present, inForce(revisions)).inputs.filter(
      ({ name, collector }) => collector === undefined || (name !== current?.name && !removed.has(name)),
    )
    const places = { directory: config.directory, readText: around.readText }
    const among = { inputs, kinds: config.services, env: around.env, now: around.now, places }
    return readDraft(change.text, { current, key, among })
  }
  const found =
    change.does === 'roll_back'
      ? revisions.get(change.name)?.find(({ revision }) => revision === change.to)
      : current
  if (found === undefined) throw new StaleError(change.name, current)
  return { kept: keptBy(change.does, found), faults: [], warnings: [] }
}

function keptBy(does: Change['does'], { name, definition, secrets }: Collector): Kept {
  const kept = { name, definition, secrets }
  if (does === 'enable') return withEnabled(kept, true)
  return does === 'disable' ? withEnabled(kept, false) : kept
}
