// A table that may be wider than the page: it scrolls by itself, with the keyboard too.

import type { ComponentChildren } from 'preact'

export function Scroll({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
    <section class="scroll" aria-label={name} tabIndex={0}>
      {children}
    </section>
  )
}
