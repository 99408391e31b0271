// The commands of both simulators, as routes of the control server.

import type { ControlRoutes } from './control.ts'
import type { Devo } from './devo/devo.ts'
import { type EventType, eventTypes } from './events/events.ts'
import { type DropManner, dropManners } from './proofpoint/drop.ts'
import type { Proofpoint } from './proofpoint/proofpoint.ts'

/** `GET /ledger` gives a line for each distinct content: hash, type, kind, times sent. */
export function proofpointRoutes(proofpoint: Proofpoint): ControlRoutes {
  return {
    'GET /stats': () => proofpoint.stats(),
    'GET /ledger': () => ({ lines: ledgerLines(proofpoint) }),
    'POST /drop': query => {
      const type = oneOf(query, 'type', [...eventTypes, 'all'] as const, 'all')
      return { dropped: proofpoint.drop(type, mannerOf(query)) }
    },
    'POST /refuse': query => {
      proofpoint.refuseNext(wholeNumber(query, 'status', 503), wholeNumber(query, 'times', 1))
      return {}
    },
    'POST /admit': () => {
      proofpoint.admit()
      return {}
    },
    'POST /offer': (query, body) => {
      proofpoint.offer(oneOf<EventType>(query, 'type', eventTypes, 'message'), body)
      return {}
    },
    'POST /interject': (query, body) => ({
      sent: proofpoint.interject(oneOf<EventType>(query, 'type', eventTypes, 'message'), body),
    }),
    'POST /pause': () => {
      proofpoint.pause()
      return {}
    },
    'POST /resume': () => {
      proofpoint.resume()
      return {}
    },
  }
}

/** `GET /hashes` gives a line for each distinct payload: hash, copies, tag. */
export function devoRoutes(devo: Devo): ControlRoutes {
  return {
    'GET /stats': () => devo.stats(),
    'GET /hashes': () => ({ lines: hashLines(devo) }),
    'POST /reset': () => ({ reset: devo.resetAll() }),
    'POST /reset-next': query => {
      devo.resetNext(wholeNumber(query, 'bytes', 1))
      return {}
    },
    'POST /stall': () => {
      devo.stall()
      return {}
    },
    'POST /resume': () => {
      devo.resume()
      return {}
    },
    'POST /refuse': () => {
      devo.refuse()
      return {}
    },
    'POST /accept': async () => {
      await devo.accept()
      return {}
    },
  }
}

function* ledgerLines(proofpoint: Proofpoint): Iterable<string> {
  for (const [hash, { type, kind, sent }] of proofpoint.ledger.entries())
    yield `${hash} ${type} ${kind} ${sent}`
}

function* hashLines(devo: Devo): Iterable<string> {
  for (const [hash, { copies, tag }] of devo.hashes()) yield `${hash} ${copies} ${tag}`
}

function mannerOf(query: URLSearchParams): DropManner | 'random' {
  const how = oneOf(query, 'how', ['random', ...dropManners.map(String)], 'reset')
  return dropManners.find(manner => String(manner) === how) ?? 'random'
}

function oneOf<T extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly T[],
  otherwise: T,
): T {
  const text = query.get(name) ?? otherwise
  const choice = choices.find(each => each === text)
  if (!choice) throw new RangeError(`${name}=${text} is none of ${choices.join(', ')}.`)
  return choice
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise)
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name}=${text} is not a whole number.`)
  return Number(text)
}
