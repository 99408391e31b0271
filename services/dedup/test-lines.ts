// For tests: what arrives, written as a line that a person can read, such as
//
//   12:00 a new; 12:30 archive a copy; 13:00 audit:a(12:00) new | the same id in two services is two events
//
// Each step is a time of arrival, perhaps a mode, an event, and what becomes of it. Another service or cluster
// stands before the event, its own time behind it in brackets: of that day, a date, or `none`. Without brackets
// it is the event that had this name before in the line, or one whose time is its arrival. A stroke behind the
// name (a') gives it other bytes, and `junk` is no event at all.

import type { Outcome } from '@podpipe/runtime/outcome.ts'
import type { Mode } from '@podpipe/schemas/records.ts'
import type { Accepted } from './decide.ts'
import type { Arrival } from './test-ledger.ts'

const day = Date.UTC(2026, 0, 1)
const modes: readonly Mode[] = ['live', 'archive', 'reconcile']

/** A case: the arrivals in their order, and the fate of each in the words of the line. */
export interface Case {
  readonly name: string
  readonly arrivals: readonly Arrival[]
  readonly fates: readonly string[]
}

/** The cases of a table, `line | name` each; what begins with # is a heading. */
export function readTable(table: string): Case[] {
  return table
    .split('\n')
    .filter(row => row !== '' && !row.startsWith('#'))
    .map(row => {
      const [line = '', name = ''] = row.split(' | ')
      return { name, ...readLine(line.trim()) }
    })
}

/** @throws Error for a step that cannot be read: a case that says nothing would test nothing */
function readLine(line: string): Omit<Case, 'name'> {
  const ownTimes = new Map<string, number | null>()
  const steps = line.split('; ').map(step => {
    const words = step.split(' ')
    const [at = '', name = '', fate = ''] = words.filter(word => !modes.some(mode => mode === word))
    const found =
      /^(?:(?<cluster>\w+)\/)?(?:(?<service>\w+):)?(?<id>\w+)(?<other>')?(?:\((?<own>[^)]+)\))?$/.exec(
        name,
      )?.groups
    if (found === undefined || fate === '') throw new Error(`This step cannot be read: ${step}`)
    const { cluster, service, id = '', other, own } = found
    const appendTime = timeOf(at)
    const named = own === 'none' ? null : own === undefined ? undefined : timeOf(own)
    const eventTime = named !== undefined ? named : (ownTimes.get(id) ?? appendTime)
    if (!ownTimes.has(id)) ownTimes.set(id, eventTime)
    const arrival: Arrival = {
      id,
      eventTime,
      appendTime,
      mode: modes.find(mode => words.includes(mode)) ?? 'live',
      unreadable: id === 'junk',
      ...(cluster === undefined ? {} : { cluster }),
      ...(service === undefined ? {} : { service }),
      ...(other === undefined ? {} : { frame: '{"other": true}' }),
    }
    return { arrival, fate }
  })
  return { arrivals: steps.map(({ arrival }) => arrival), fates: steps.map(({ fate }) => fate) }
}

/** `25:00` is an hour of the next day; `2100` and `1969-12-31` are dates. */
function timeOf(text: string): number {
  const [, hours, minutes, seconds = '0'] = /^(\d+):(\d+)(?::([\d.]+))?$/.exec(text) ?? []
  const time =
    hours === undefined
      ? Date.parse(text)
      : day + Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
  if (Number.isNaN(time)) throw new Error(`This is no time: ${text}`)
  return time
}

/** An outcome in the words of a line. */
export function fateOf(outcome: Outcome<Accepted>): string {
  if (outcome.kind === 'forward') return outcome.value.isVariant ? 'update' : 'new'
  if (outcome.kind === 'drop') return 'copy'
  return outcome.reason === 'variant' ? 'variant' : 'rejected'
}
