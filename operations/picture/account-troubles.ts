// What is said of an account that does not close. Pure.

import type { Account } from './account.ts'
import type { OwnTrouble } from './silent.ts'

const audit =
  'Run podpipe audit: it names the first record at which the account does not close, and what to do.'

/** A trouble for each account that does not close; `since` is remembered from one time to the next. */
export function accountTroubles(
  account: Account | undefined,
  since: Map<string, string>,
  now: string,
): OwnTrouble[] {
  const found = account === undefined ? [] : gapsIn(account)
  for (const part of since.keys()) if (!found.some(gap => gap.part === part)) since.delete(part)
  return found.map(({ part, symptom, impact, cause }) => {
    const begun = since.get(part) ?? now
    since.set(part, begun)
    return { service: 'console', part, symptom, impact, cause, action: audit, since: begun }
  })
}

function gapsIn({ missing, outputs }: Account): Omit<OwnTrouble, 'service' | 'action' | 'since'>[] {
  const decided =
    missing === 0
      ? []
      : [
          {
            part: 'account of dedup',
            symptom: 'the account of what came in does not close',
            impact:
              missing > 0
                ? `${missing} frames that were received are neither unique nor duplicate nor rejected, and do not wait.`
                : `dedup has counted ${-missing} more than were received.`,
            cause:
              'retention has deleted them before dedup came to them, or a topic was changed by somebody else',
          },
        ]
  return [
    ...decided,
    ...outputs
      .filter(output => output.missing !== 0)
      .map(output => ({
        part: `account of ${output.name}`,
        symptom: 'the account of an output does not close',
        impact:
          output.missing > 0
            ? `${output.missing} unique events were neither delivered to ${output.name} nor do they wait for it.`
            : `${output.name} has counted ${-output.missing} events more than there are.`,
        cause:
          'retention has deleted them before they were delivered, or a topic or an offset was changed by somebody else',
      })),
  ]
}

/** An account that could not be read, so many times in a row. */
export interface Unread {
  /** RFC 3339. */
  readonly since: string
  /** The last one. */
  readonly reason: string
  readonly times: number
}

// Once or twice passes by itself.
const timesToTell = 3

/** What is said where the account cannot be read again and again; nothing of events hangs on it. */
export function unreadAccount(unread: Unread | undefined): OwnTrouble[] {
  if (unread === undefined || unread.times < timesToTell) return []
  return [
    {
      service: 'console',
      part: 'account',
      symptom: 'the totals in Kafka cannot be read',
      impact: 'Whether the account closes is not known, or only as it was. Events flow as before.',
      cause: unread.reason,
      action:
        'Check that the brokers run, and that the user that podpipe is to Kafka may read the topics and describe the groups; podpipe validate --check-connections says what it lacks.',
      since: unread.since,
      isWarning: true,
    },
  ]
}
