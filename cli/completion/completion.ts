// `podpipe completion`: what a shell needs to complete commands and flags, made from the commands themselves.

import { Argument, Command } from 'commander'
import { loadCommands } from '../commands.ts'
import { type Shell, scriptOf, shells } from './scripts.ts'
import { placesOf } from './words.ts'

export function completionCommand(): Command {
  return new Command('completion')
    .description('a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  source <(podpipe completion bash)
  podpipe completion zsh > ~/.zsh/completions/_podpipe`,
    )
    .action(async (shell: Shell) => {
      const program = new Command('podpipe')
      for (const command of await loadCommands(undefined)) program.addCommand(command)
      process.stdout.write(scriptOf(shell, placesOf(program)))
    })
}
