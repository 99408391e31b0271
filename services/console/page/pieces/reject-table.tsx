// Rejects one by one: to be opened, and to be chosen.

import type { RejectListed } from '@podpipe/operations/rejected/listed.ts'
import { settle } from '../navigation.ts'
import { useMay } from '../who.ts'
import { bytes } from '../words.ts'
import { Moment } from './moment.tsx'
import { Scroll } from './scroll.tsx'

export interface RejectTableProps {
  readonly rejects: readonly RejectListed[]
  /** The number of the one that is open. */
  readonly open: string
  readonly chosen: ReadonlySet<number>
  readonly onChoose: (chosen: ReadonlySet<number>) => void
}

export function RejectTable({ rejects, open, chosen, onChoose }: RejectTableProps) {
  const mayChoose = useMay()('operator')
  const choosable = rejects.filter(({ redriven }) => redriven === null)
  const choose = (numbers: readonly number[], isChosen: boolean): void => {
    const next = new Set(chosen)
    for (const number of numbers) {
      if (isChosen) next.add(number)
      else next.delete(number)
    }
    onChoose(next)
  }
  return (
    <Scroll name="The newest rejects">
      <table class="records stacks">
        <caption class="hidden">The newest rejects</caption>
        <thead>
          <tr>
            {mayChoose && (
              <th scope="col">
                <input
                  type="checkbox"
                  aria-label="Choose all that are shown"
                  checked={choosable.length > 0 && choosable.every(({ offset }) => chosen.has(offset))}
                  onChange={event =>
                    choose(
                      choosable.map(({ offset }) => offset),
                      event.currentTarget.checked,
                    )
                  }
                />
              </th>
            )}
            <th scope="col">Received (UTC)</th>
            <th scope="col" class="minor">
              Kind
            </th>
            <th scope="col">Reject</th>
            <th scope="col" class="number minor">
              Size
            </th>
            <th scope="col" class="minor">
              Sent again
            </th>
          </tr>
        </thead>
        <tbody>
          {rejects.map(({ offset, time, service, reason, error, bytes: size, redriven }) => (
            <tr key={offset} class={String(offset) === open ? 'chosen' : undefined}>
              {mayChoose && (
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Choose reject ${offset}`}
                    disabled={redriven !== null}
                    checked={chosen.has(offset)}
                    onChange={event => choose([offset], event.currentTarget.checked)}
                  />
                </td>
              )}
              <td>
                <Moment at={time} isUtc />
              </td>
              <td class="minor">{service ?? '?'}</td>
              <td class="content">
                <div class="clamp" title={error}>
                  <button
                    type="button"
                    class="link"
                    aria-pressed={String(offset) === open}
                    onClick={() => settle({ open: String(offset) })}
                  >
                    {offset}
                  </button>{' '}
                  {reason}: {error}
                </div>
              </td>
              <td class="number minor">{bytes(size)}</td>
              <td class="minor">{redriven === null ? '–' : <Moment at={redriven} isUtc />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
