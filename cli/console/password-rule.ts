// Which passwords are taken. Pure.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'

const shortest = 10
const longest = 1024

/** @throws ConfigurationError for one that is guessed too easily, or that the page does not take */
export function passwordFault(password: string): void {
  const { length } = [...password]
  if (length >= shortest && password.length <= longest) return
  throw new ConfigurationError(
    length < shortest
      ? `The password has ${length} characters, and so few are guessed too easily; take ${shortest} at least, such as some words.`
      : `The password has ${password.length} characters, and the console takes ${longest} at most.`,
  )
}
