// Whether the services that run are of this version. Pure.

import type { Answer } from '@podpipe/operations/status/ask.ts'
import { bad, type Check, good } from '../check/check.ts'

/** @param own the version of this command */
export function checkVersions(answers: readonly Answer[], own: string): Check[] {
  return answers.flatMap(({ name, address, status }) => {
    if (status === undefined) return []
    if (status.version === own) return [good('versions', `${name} at ${address} is ${own}, as this command`)]
    return [
      bad(
        'versions',
        `${name} at ${address} is ${status.version}, and this command is ${own}; restart the service, or use the command that belongs to it`,
      ),
    ]
  })
}
