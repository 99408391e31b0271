// How a stream is, in a word with a shape.

import { stateWords } from '../session-words.ts'

export function SessionState({ state }: { state: string }) {
  const { shape, word, tone } = stateWords[state] ?? { shape: '?', word: state, tone: 'soft' }
  return (
    <span class={`tone tone-${tone}`}>
      <span aria-hidden="true">{shape}</span>
      {'\u00a0'}
      {word}
    </span>
  )
}
