// What is wrong or odd in a text: each with its place, which leads there.

import type { PreviewAnswer } from '../../api/collectors-schema.ts'
import '../styles/changes.css'

type Finding = PreviewAnswer['faults'][number]

export interface FindingListProps {
  readonly findings: readonly Finding[]
  readonly kind: 'fault' | 'warning'
  readonly onPlace: (line: number, column: number) => void
}

export function FindingList({ findings, kind, onPlace }: FindingListProps) {
  if (findings.length === 0) return null
  return (
    <ul class={`findings findings-${kind}`} aria-label={kind === 'fault' ? 'What is wrong' : 'What is odd'}>
      {findings.map(({ line, column, key, what, advice }) => (
        <li class="finding" key={`${line}:${column} ${key} ${what}`}>
          <span class="finding-sign" aria-hidden="true">
            {kind === 'fault' ? '✕' : '!'}
          </span>{' '}
          {line !== undefined && (
            <button type="button" class="link" onClick={() => onPlace(line, column ?? 1)}>
              line {line}, column {column}
            </button>
          )}{' '}
          {key !== '' && <code>{key}</code>} {what}
          {advice !== '' && <span class="advice">{advice}</span>}
        </li>
      ))}
    </ul>
  )
}
