// What is wrong with how podpipe was called, as one line. Pure.

import { nearest } from '@podpipe/runtime/config/reading/nearest.ts'

/** The names of commands, and of the commands below each. */
export type CommandNames = ReadonlyMap<string, readonly string[]>

/**
 * Commander's words in ours, with what was probably meant.
 * @param fault as Commander throws it
 * @param args what stands behind `podpipe` on the command line
 */
export function usageFault(
  { code, message }: { readonly code: string; readonly message: string },
  args: readonly string[],
  names: CommandNames,
): string {
  const [command = '', word = ''] = args
  const help = `See podpipe ${names.has(command) ? `${command} ` : ''}--help.`
  const below = names.get(command) ?? []
  // A command of which one below is taken for granted, as `podpipe rejected` is `podpipe rejected ls`.
  if (code === 'commander.excessArguments' && below.length > 0 && !below.includes(word)) {
    return `podpipe ${command} ${word}: there is no such command. ${advice(word, below)} ${help}`
  }
  const [, value, choices] =
    /argument (?:value )?'([^']*)' is invalid.*Allowed choices are (.*)\.$/.exec(message) ?? []
  if (value !== undefined && choices !== undefined) {
    return `${value}: is none of what can stand there. ${advice(value, choices.split(', '))} ${help}`
  }
  const [, option, given, why] =
    /^error: (?:option '(?:-\w, )?(--[\w-]+)[^']*' argument|command-argument value) '([^']*)' is invalid(?: for argument '[^']*')?\. ([\s\S]*)$/.exec(
      message,
    ) ?? []
  if (given !== undefined) return `${option === undefined ? '' : `${option} `}${given}: ${why}. ${help}`
  const line = message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, '. Did you mean $1?')
    .replaceAll('\n', ' ')
  return `${line}${/[.?]$/.test(line) ? '' : '.'} ${help}`
}

function advice(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return `${meant === undefined ? '' : `Did you mean ${meant}? `}It is one of ${known.join(', ')}.`
}
