// What several commands ask for alike.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { Option } from 'commander'

/** The files of the configuration, in the order in which they were named; none where the environment holds it all. */
export const configOption = (): Option =>
  new Option(
    '--config <file>',
    'the configuration file, YAML, or JSON where its name ends in .json; more than once for one in parts',
  )
    .env('CONFIG_FILE')
    .argParser((file: string, before: readonly string[] = []) => [...before, file])

export const outputOption = (what = 'what to print'): Option =>
  new Option('-o, --output <form>', what).choices(['text', 'json']).default('text')

/**
 * The kinds of event that `--service` means: the one that is named, or all.
 * @throws ConfigurationError for a name that the configuration does not know
 */
export function servicesOf(
  { services, file }: { readonly services: readonly Service[]; readonly file: string },
  service: Service | undefined,
): readonly Service[] {
  if (service === undefined) return services
  if (services.includes(service)) return [service]
  throw new ConfigurationError(
    `--service ${service}: ${file} knows no such kind of event. Name one of ${services.join(', ')}, or leave --service out for all.`,
  )
}
