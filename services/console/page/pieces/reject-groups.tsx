// Rejects by their reason, with what it means and what to do about it.

import type { RejectGroup } from '@podpipe/operations/rejected/listed.ts'
import { settle } from '../navigation.ts'
import { count } from '../words.ts'
import { Allowed } from './allowed.tsx'
import { Moment } from './moment.tsx'
import { Scroll } from './scroll.tsx'

export interface Reason {
  readonly reason: string
  readonly means: string
  readonly action: string
}

export interface RejectGroupsProps {
  readonly groups: readonly RejectGroup[]
  readonly reasons: readonly Reason[]
  readonly onRedrive: (group: RejectGroup) => void
}

export function RejectGroups({ groups, reasons, onRedrive }: RejectGroupsProps) {
  return (
    <Scroll name="Rejects by reason">
      <table class="records groups stacks">
        <caption class="hidden">Rejects by reason</caption>
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col">Kind</th>
            <th scope="col" class="number">
              Rejects
            </th>
            <th scope="col" class="number minor">
              Sent again
            </th>
            <th scope="col" class="minor">
              Oldest and newest (UTC)
            </th>
            <Allowed right="operator">
              <th scope="col">
                <span class="hidden">What to do</span>
              </th>
            </Allowed>
          </tr>
        </thead>
        <tbody>
          {groups.map((group, at) => {
            const { reason, service, rejects, redriven, oldest, newest } = group
            // Once for each reason.
            const isFirst = groups.findIndex(each => each.reason === reason) === at
            const meaning = isFirst ? reasons.find(each => each.reason === reason) : undefined
            return (
              <tr key={`${reason} ${service}`}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    onClick={() => settle({ reason, service: service ?? '', before: '', open: '' })}
                  >
                    {reason}
                  </button>
                  {meaning !== undefined && (
                    <p class="soft">
                      {meaning.means}. <strong>Do:</strong> {meaning.action}.
                    </p>
                  )}
                </th>
                <td>{service ?? '?'}</td>
                <td class="number" data-label="rejects">
                  {count(rejects)}
                </td>
                <td class="number minor" data-label="sent again">
                  {count(redriven)}
                </td>
                <td class="minor">
                  <Moment at={oldest} isUtc />
                  <br />
                  <Moment at={newest} isUtc />
                </td>
                <Allowed right="operator">
                  <td>
                    <button
                      type="button"
                      aria-label={`Send ${reason} ${service ?? ''} again …`}
                      disabled={redriven === rejects || service === null}
                      onClick={() => onRedrive(group)}
                    >
                      Send again …
                    </button>
                  </td>
                </Allowed>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}
