// What can be typed after `podpipe`, read from the commands themselves. Pure.

import type { Command, Option } from 'commander'

/** An option, with what may stand behind it. */
export interface OptionWords {
  readonly flags: readonly string[]
  /** A closed list, the name of a file, anything else, or nothing at all. */
  readonly takes: readonly string[] | 'file' | 'anything' | 'nothing'
}

/** A place on the command line, by the commands that lead to it: `''`, `replay`, `replay ls`. */
export interface Place {
  readonly path: string
  readonly commands: readonly string[]
  /** What may stand there without a dash, besides commands: a closed list, or the name of a file. */
  readonly words: readonly string[] | 'file'
  readonly options: readonly OptionWords[]
}

/** Every place, the outermost first. */
export function placesOf(program: Command, path: readonly string[] = []): Place[] {
  const commands = program.commands.map(command => command.name())
  const help: OptionWords = { flags: ['--help'], takes: 'nothing' }
  const own: Place = {
    path: path.join(' '),
    commands,
    words: wordsOf(program),
    options: [...program.options.filter(({ hidden }) => !hidden).map(optionOf), help],
  }
  return [own, ...program.commands.flatMap(command => placesOf(command, [...path, command.name()]))]
}

function wordsOf(command: Command): readonly string[] | 'file' {
  const named = command.registeredArguments
  if (named.some(argument => argument.name() === 'file' || argument.name() === 'dir')) return 'file'
  return named.flatMap(({ argChoices }) => argChoices ?? [])
}

const files = new Set(['file', 'dir'])

function optionOf({ short, long, flags, argChoices, required, optional }: Option): OptionWords {
  const names = [long, short].filter(flag => flag !== undefined)
  if (argChoices !== undefined) return { flags: names, takes: argChoices }
  if (!required && !optional) return { flags: names, takes: 'nothing' }
  const value = /[<[]([\w:=-]+)/.exec(flags)?.[1] ?? ''
  return { flags: names, takes: files.has(value) ? 'file' : 'anything' }
}
