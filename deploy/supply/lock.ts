// package-lock.json: what it holds, and which of it podpipe needs to run.

import { readFileSync } from 'node:fs'

/** One entry of the lock file, as npm writes it. */
export interface Entry {
  readonly name?: string
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Every entry by its place, such as `node_modules/ws` or, for a workspace, `cli`. */
export type Lock = Readonly<Record<string, Entry>>

/** A package of somebody else that podpipe needs to run. */
export interface Package {
  readonly name: string
  readonly version: string
  /** The SHA-512 of its archive, base64 behind `sha512-`. */
  readonly integrity: string
  readonly licence: string
  /** It is there on some platforms only, and podpipe runs without it. */
  readonly optional: boolean
  /** Podpipe names it; the others come with those. */
  readonly direct: boolean
  /** `name@version` of what it depends on. */
  readonly needs: readonly string[]
}

export const readLock = (): Lock =>
  JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')).packages

/** The name of what stands at a place of the lock file. */
export const nameAt = (place: string): string => place.split('node_modules/').at(-1) ?? place

/** Where a package finds another: in its own node_modules or in that of a folder above. */
export function placeOf(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    const entry = lock[place]
    if (entry !== undefined) return entry.link ? entry.resolved : place
    if (folder === '') return undefined
  }
}

/** The places that are reached from one, itself among them. */
function reached(lock: Lock, start: string, dependenciesOf: (entry: Entry) => string[]): Set<string> {
  const places = new Set([start])
  for (const place of places) {
    for (const name of dependenciesOf(lock[place] ?? {})) {
      const next = placeOf(lock, place, name)
      if (next === undefined)
        throw new Error(`package-lock.json has no ${name}, which ${place} needs: run npm install`)
      places.add(next)
    }
  }
  return places
}

const named = (entry: Entry): string[] =>
  Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
const isOurs = (place: string): boolean => !place.includes('node_modules/')

/**
 * What a workspace needs to run: walked from it along dependencies, and through other workspaces on the way.
 * (`npm sbom --omit=dev` leaves out whatever the root names among its development dependencies, also where a workspace needs
 * it to run: so it loses selfsigned, which both the tests and the simulators use.)
 * @throws Error for a dependency that the lock file does not hold
 */
export function neededBy(lock: Lock, workspace: string): Package[] {
  const always = reached(lock, workspace, ({ dependencies = {}, optionalDependencies = {} }) =>
    Object.keys(dependencies).filter(name => !(name in optionalDependencies)),
  )
  const places = [...reached(lock, workspace, named)]
  const ourNeeds = new Set(
    places.filter(isOurs).flatMap(place => named(lock[place] ?? {}).map(name => placeOf(lock, place, name))),
  )
  const described = places.flatMap((place): Package[] => {
    const entry = lock[place]
    if (entry === undefined || isOurs(place)) return []
    const needs = named(entry).map(name => {
      const next = placeOf(lock, place, name) ?? name
      return `${nameAt(next)}@${lock[next]?.version}`
    })
    return [
      {
        name: nameAt(place),
        version: entry.version ?? '',
        integrity: entry.integrity ?? '',
        licence: entry.license ?? '',
        optional: !always.has(place),
        direct: ourNeeds.has(place),
        needs: needs.sort(compare),
      },
    ]
  })
  // Two places can hold the same release.
  const byName = new Map(described.map(each => [`${each.name}@${each.version}`, each]))
  return [...byName].sort(([a], [b]) => compare(a, b)).map(([, each]) => each)
}

/** By code units, so that the order is the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
