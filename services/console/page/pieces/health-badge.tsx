// How podpipe is, in one word; a shape stands beside the colour.

import type { Health } from '@podpipe/operations/status/health.ts'

/** How it is, at a glance. */
export const shapes = { healthy: '●', degraded: '▲', down: '■' } as const

export function HealthBadge({ health }: { health: Health | undefined }) {
  return (
    <span class={`badge badge-${health ?? 'unknown'}`} role="status">
      <span aria-hidden="true">{health === undefined ? '○' : shapes[health]}</span> {health ?? 'unknown'}
    </span>
  )
}
