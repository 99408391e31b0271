// What people did in the console: who, when, from where, what, and how it ended.

import type { Activity as Answer } from '../../api/activity-schema.ts'
import { useAsked } from '../asking.ts'
import { settle } from '../navigation.ts'
import { Moment } from '../pieces/moment.tsx'
import { RefusalNotice } from '../pieces/refusal-notice.tsx'
import { Scroll } from '../pieces/scroll.tsx'
import type { ScreenProps } from './screens.ts'
import '../styles/activity.css'

const againMs = 5_000
const signs = { done: '✓', refused: '✕', failed: '!', stopped: '■' } as const
const tones: Readonly<Record<string, string>> = { done: 'tone-good', stopped: 'tone-soft' }

export function Activity({ place }: ScreenProps) {
  const { answer, refused } = useAsked<Answer>('activity?most=1000', againMs)
  const wanted = (place.settings.find ?? '').toLowerCase()
  const shown = answer?.actions.filter(each => wanted === '' || textOf(each).includes(wanted)) ?? []
  return (
    <>
      <RefusalNotice refused={refused} />
      <p>
        <label class="search">
          Find{' '}
          <input
            type="search"
            value={place.settings.find ?? ''}
            placeholder="a person, an address, a collector"
            onInput={event => settle({ find: event.currentTarget.value })}
          />
        </label>
      </p>
      {answer !== undefined && shown.length === 0 && <p class="empty">{whyEmpty(answer)}</p>}
      {shown.length > 0 && (
        <Scroll name="What people did">
          <table class="activity stacks">
            <thead>
              <tr>
                {['When', 'Who', 'What', 'To what', 'Result', 'From', 'More'].map(head => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(each => (
                <tr key={`${each.at} ${each.what} ${each.subject}`}>
                  <td class="steady">
                    <Moment at={each.at} />
                  </td>
                  <td>{each.who === '' ? '–' : each.who}</td>
                  <td class="steady">{each.what.replaceAll('.', ' ')}</td>
                  <td>{each.subject}</td>
                  <td class={`steady tone ${tones[each.result] ?? 'tone-bad'}`}>
                    <span aria-hidden="true">{signOf(each.result)}</span> {each.result}
                  </td>
                  <td class="steady">{each.from}</td>
                  <td>{moreOf(each.words)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  )
}

type Action = Answer['actions'][number]

const signOf = (result: string): string => Object.entries(signs).find(([name]) => name === result)?.[1] ?? '?'

const moreOf = (words: Action['words']): string =>
  Object.entries(words)
    .map(([name, text]) => `${name}: ${text}`)
    .join(', ')

const textOf = ({ words, ...rest }: Action): string =>
  [...Object.values(rest), moreOf(words)].join(' ').toLowerCase()

function whyEmpty({ has_history, actions }: Answer): string {
  if (!has_history) {
    return 'Nothing is kept of what people do: the topic of history is not there. The log of the console says why it could not be made; the log also has each action.'
  }
  return actions.length === 0
    ? 'Nobody has done anything in the last seven days.'
    : 'Nothing fits what you look for.'
}
