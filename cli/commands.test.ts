import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { loadCommands } from './commands.ts'

/** A command and those below it, by the words that lead to it. */
const below = (command: Command, path: string): (readonly [string, Command])[] => [
  [path, command],
  ...command.commands.flatMap(each => below(each, `${path} ${each.name()}`)),
]

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: written => {
      text += written
    },
  })
  command.outputHelp()
  return text
}

test('the help of every command shows an example of it', async () => {
  const all = (await loadCommands(undefined)).flatMap(command => below(command, command.name()))
  const without = all.filter(
    ([path, command]) => !new RegExp(`podpipe ${path}\\b`).test(exampleIn(helpOf(command))),
  )
  deepEqual(
    without.map(([path]) => path),
    [],
  )
})

const exampleIn = (help: string): string => /Examples?:\n([\s\S]*)/.exec(help)?.[1] ?? ''
