// The title of something that was opened: the keyboard goes on there, and it is moved into sight, wherever the page was scrolled to.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** @param of what is open: another thing is a new opening */
export function OpenedTitle({ of, children }: { of: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [of])
  return (
    <h2 ref={heading} tabIndex={-1}>
      {children}
    </h2>
  )
}
