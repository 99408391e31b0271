// `podpipe console`: what whoever sets up the console needs beside its page.

import { hashPassword } from '@podpipe/console/access/password.ts'
import { Command } from 'commander'
import { passwordFault } from './password-rule.ts'
import { askPassword, passwordFrom } from './typed.ts'

export function consoleCommand(): Command {
  const command = new Command('console')
    .description('what the console needs beside its page, which podpipe run console serves')
    .addHelpText('after', '\nExample:\n  podpipe console hash-password')
  command.addCommand(
    new Command('hash-password')
      .description('print the hash of a password, for console.users')
      .addHelpText(
        'after',
        `
Asks for the password twice, without showing it, or reads it from the standard input where that is no terminal.

Example:
  podpipe console hash-password
  pwgen -s 20 1 | podpipe console hash-password > certs/anna.hash`,
      )
      .action(async () => {
        const password = process.stdin.isTTY ? await askPassword() : await passwordFrom(process.stdin)
        passwordFault(password)
        process.stdout.write(`${await hashPassword(password)}\n`)
      }),
  )
  return command
}
