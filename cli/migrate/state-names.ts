// Which stream a state file of the vendor's collector belongs to: its name is the MD5 digest of
// `input;id;service;submodule`. Pure.

import { hash } from 'node:crypto'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { sessionKeyOf } from '@podpipe/schemas/names.ts'
import { knownServices, type Service } from '@podpipe/schemas/service.ts'

/** A stream as the vendor's collector names it, and as podpipe does. */
export interface StateOwner {
  readonly input: string
  readonly id: string
  readonly service: Service
  readonly submodule: string
  /** CLUSTER/SERVICE */
  readonly session: string
}

// Its log lines name `predefined` for this collector's services; the others stand in for other versions.
const submodules = ['predefined', 'all', 'default', 'custom', 'None', '']

/** The names that state files of a configuration can have, without an ending, and whose they are. */
export function stateNames(inputs: PodpipeConfig['inputs']): ReadonlyMap<string, StateOwner> {
  const names = new Map<string, StateOwner>()
  for (const { name: input, id, cluster, services } of inputs) {
    // A service that was taken out of the file leaves its state behind.
    for (const service of new Set([...services.map(each => each.service), ...knownServices])) {
      for (const submodule of [...submodules, service]) {
        const owner = { input, id, service, submodule, session: sessionKeyOf(cluster, service) }
        names.set(hash('md5', `${input};${id};${service};${submodule}`), owner)
      }
    }
  }
  return names
}

/** The digest that the name of a state file begins with; empty for other names. */
export const digestIn = (file: string): string => /^[0-9a-f]{32}/i.exec(file)?.[0].toLowerCase() ?? ''
