// What a replay to an output is to send, and whether another one is the same. Pure.

import type { ConsoleOutput, Output, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { adviceOn } from '../advice.ts'
import { AskedError } from '../asked-error.ts'
import { servicesOf } from '../services-of.ts'
import { digestOf, nameOf, rangeOf, requireName } from './range.ts'

/** An output that has a peer. */
export type PeerOutput = Exclude<Output, ConsoleOutput>

/** All that tells a replay from others; kept in Kafka with its progress. */
export interface ReplayPlan {
  readonly output: string
  /** Append times of raw, in milliseconds since 1970; `to` lies behind the range. */
  readonly from: number
  readonly to: number
  readonly services: readonly Service[]
  /** Ids of events; none for every event. */
  readonly ids: readonly string[]
  /** The range as it was written, where it is another one each time: `-90m`. */
  readonly relative?: string
}

export interface Asked {
  readonly output: string
  readonly from: string
  readonly to: string
  readonly service: readonly string[]
  readonly match: readonly string[]
  readonly name?: string
}

/**
 * Reads what a person has asked for.
 * @param now milliseconds since 1970
 * @throws ConfigurationError naming the option and what to do
 */
export function planOf(
  asked: Asked,
  config: Pick<PodpipeConfig, 'outputs' | 'services' | 'file'>,
  now: number,
): { readonly name: string; readonly plan: ReplayPlan } {
  const range = rangeOf(asked.from, asked.to, now)
  const output = requireOutput(asked.output, config)
  const ids = idsOf(asked.match)
  const services = servicesOfOutput(output, servicesOf(config, asked.service), asked.service)
  const more = [
    ...services.filter(service => asked.service.includes(service)),
    ...(ids.length > 0 ? [digestOf(ids)] : []),
  ]
  const isRelative = [asked.from, asked.to].some(text => !/^\d/.test(text))
  return {
    name: asked.name === undefined ? `${output.name}-${nameOf(range, ...more)}` : requireName(asked.name),
    plan: {
      output: output.name,
      ...range,
      services,
      ids,
      ...(isRelative && { relative: `${asked.from} ${asked.to}` }),
    },
  }
}

/**
 * The output that is meant.
 * @throws ConfigurationError when there is none of this name, or nothing can be sent to it
 */
export function requireOutput(
  name: string,
  { outputs, file }: Pick<PodpipeConfig, 'outputs' | 'file'>,
): PeerOutput {
  const found = outputs.find(output => output.name === name)
  if (found === undefined) {
    const names = outputs.map(output => output.name)
    throw new ConfigurationError(`--output ${name}: ${file} has no such output. ${adviceOn(name, names)}.`)
  }
  if (!found.enabled) {
    throw new ConfigurationError(
      `--output ${name}: is disabled in ${file}, so nothing is sent to it. Write enabled: true under it, or name another one.`,
    )
  }
  if (found.kind === 'console') {
    throw new ConfigurationError(
      `--output ${name}: is the standard output of the forwarder, which no other command can write to. Name an output with an address.`,
    )
  }
  return found
}

function servicesOfOutput(
  { name, services }: PeerOutput,
  wanted: readonly Service[],
  named: readonly string[],
): readonly Service[] {
  const strange = named.find(service => !services.includes(service))
  if (strange === undefined) return wanted.filter(service => services.includes(service))
  throw new ConfigurationError(
    `--service ${strange}: output ${name} does not take this kind of event, only ${services.join(', ')}. Name one of these, or another output.`,
  )
}

function idsOf(match: readonly string[]): string[] {
  const ids = match.map(text => {
    const id = /^id=(?<id>.+)$/s.exec(text)?.groups?.id
    if (id !== undefined) return id
    throw new AskedError(`--match ${text}: events can be told apart by their id alone.`, {
      command: 'Write --match id=ID, as often as there are ids.',
      page: 'Write the ids.',
    })
  })
  return [...new Set(ids)].sort()
}

/** Whether both send the same events to the same output. */
export function isSame(one: ReplayPlan, other: ReplayPlan): boolean {
  const of = ({ output, from, to, services, ids }: ReplayPlan): string =>
    JSON.stringify([output, from, to, [...services].sort(), ids])
  return of(one) === of(other)
}

/** Whether the same was asked for, by words that mean another range each time. */
export function isAskedAlike(one: ReplayPlan, other: ReplayPlan): boolean {
  if (one.relative === undefined || one.relative !== other.relative) return false
  const { from, to } = other
  return isSame({ ...one, from, to }, other)
}
