// What only some may do is offered to these alone.

import type { ComponentChildren } from 'preact'
import type { Right } from '../../access/rights.ts'
import { useMay } from '../who.ts'

interface Props {
  readonly right: Right
  /** What the others see in its place; nothing if left out. */
  readonly otherwise?: ComponentChildren
  readonly children: ComponentChildren
}

export function Allowed({ right, otherwise = null, children }: Props) {
  const may = useMay()
  return <>{may(right) ? children : otherwise}</>
}
