// What differs of two texts, line by line; only what lies near a change.

import type { PreviewAnswer } from '../../api/collectors-schema.ts'
import { Scroll } from './scroll.tsx'
import '../styles/changes.css'

const around = 2

export function Diff({ lines }: { lines: PreviewAnswer['diff'] }) {
  const changed = lines.flatMap(({ sign }, at) => (sign === ' ' ? [] : [at]))
  if (changed.length === 0) return <p class="empty">The text is the same.</p>
  const isNear = (at: number): boolean => changed.some(each => Math.abs(each - at) <= around)
  return (
    <Scroll name="What changes">
      <pre class="diff">
        {lines.map(({ sign, text }, at) => {
          if (!isNear(at)) return isNear(at - 1) || at === 0 ? '…\n' : ''
          return (
            <span key={at} class={sign === '+' ? 'diff-new' : sign === '-' ? 'diff-old' : ''}>
              {`${sign} ${text}\n`}
            </span>
          )
        })}
      </pre>
    </Scroll>
  )
}
