// What several commands ask for alike.

import { nearest } from '@podpipe/runtime/config/reading/nearest.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { type Command, Option } from 'commander'

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

/** What `-o` of a command asks for; its long name is another where `--output` means an output. */
export function formOf(command: Command): unknown {
  const option = command.options.find(({ short }) => short === '-o')
  const { json, ...given } = command.opts()
  return json === true ? 'json' : option && given[option.attributeName()]
}

/** `--service`, which may be given several times. */
export const serviceOption = (): Option =>
  new Option('--service <service>', 'only this kind of event; may be repeated; without it, every one')
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], 'every one')

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
  throw new ConfigurationError(
    `--service ${unknown}: ${file} knows no such kind of event. ${adviceOn(unknown, services)}, or leave --service out for all.`,
  )
}

/** What to name instead of a word that is not known. */
export function adviceOn(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return meant === undefined
    ? `Name one of ${known.join(', ')}`
    : `Did you mean ${meant}? Name one of ${known.join(', ')}`
}
