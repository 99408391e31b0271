// The kinds of event that are asked for. Pure.

import type { Service } from '@podpipe/schemas/service.ts'
import { adviceOn } from './advice.ts'
import { AskedError } from './asked-error.ts'

/**
 * The kinds of event that `--service` means: those that are named, or all.
 * @throws ConfigurationError for a name that the configuration does not know
 */
export function servicesOf(
  { services, file }: { readonly services: readonly Service[]; readonly file: string },
  named: readonly string[],
): readonly Service[] {
  const unknown = named.find(service => !services.includes(service))
  if (unknown === undefined) return named.length === 0 ? services : [...new Set(named)]
  const advice = adviceOn(unknown, services)
  throw new AskedError(`--service ${unknown}: ${file} knows no such kind of event.`, {
    command: `${advice}, or leave --service out for all.`,
    page: `${advice}, or leave service out for all.`,
  })
}
