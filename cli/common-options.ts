// What several commands ask for alike.

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

/** `--at`, which may be given several times. */
export const atOption = (): Option =>
  new Option(
    '--at <host:port>',
    'a service to ask, in place of those of this machine; may be given several times',
  )
    .argParser((address: string, before: readonly string[]) => [...before, address])
    .default([], 'those of this machine')
