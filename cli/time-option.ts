// A time that a person names on the command line to let a session go on from.

import { futureFault, parseStartTime } from '@podpipe/runtime/config/values/start-time.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'

const archiveReachMs = 30 * 86_400_000

/**
 * The time in milliseconds since 1970; UTC without an offset.
 * @param flag such as `--to`, for the message
 * @throws ConfigurationError for one that is none, lies in the future, or further back than the archive
 */
export function timeOption(flag: string, text: string, now: number): number {
  const time = parseStartTime(text)
  const wrong =
    time === undefined
      ? 'is no date and time; write one such as 2024-05-22T12:00:00Z or with an offset such as -0700'
      : (futureFault(time, now) ??
        (now - time > archiveReachMs
          ? "lies more than 30 days back, and Proofpoint's archive does not reach further; write a later time"
          : undefined))
  if (time === undefined || wrong !== undefined) throw new ConfigurationError(`${flag} ${text}: ${wrong}.`)
  return time
}
