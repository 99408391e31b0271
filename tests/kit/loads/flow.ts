// A flow of events for as long as a test lasts: a session that brings frames is a healthy one.

import type { Proofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'

const interval = 50

/** Offers one of each kind, again and again, until it is told to stop. */
export function flow(proofpoint: Proofpoint): () => void {
  let number = 0
  const timer = setInterval(() => {
    for (const type of ['message', 'maillog', 'audit'] as const) {
      const id = `flow-${number++}`
      proofpoint.offer(type, JSON.stringify({ id, guid: id, ts: '2024-05-22T12:10:03.058340-0700' }))
    }
  }, interval)
  return () => clearInterval(timer)
}
