// The output to the standard output of this process, for trials: each frame as it would go to Devo, as far as it is text.
// Nobody answers there, so an event is done with when the system has taken it.

import type { Writable } from 'node:stream'
import type { Delivery, Output, OutputStatus } from './delivery.ts'
import { slabOf } from './frames/slabs.ts'

/** @param target default the standard output, on which the log is written too */
export function createConsoleOutput(name: string, target: Writable = process.stdout): Output {
  let unconfirmedFrames = 0
  let unconfirmedBytes = 0
  let written = 0
  let failing: OutputStatus['failing']
  let closed = false

  /** One write at a time, so that memory is bounded by one delivery and whoever reads sets the pace. */
  let before: Promise<void> = Promise.resolve()

  function write(bytes: Buffer, frames: number): Promise<void> {
    return new Promise((resolve, reject) => {
      target.write(bytes, error => {
        unconfirmedFrames -= frames
        unconfirmedBytes -= bytes.length
        if (error) {
          failing = {
            cause: `the standard output takes no more: ${error.message}`,
            action: 'Look where the standard output of this process leads to.',
          }
          return reject(error)
        }
        failing = undefined
        written += frames
        resolve()
      })
    })
  }

  return {
    name,
    async deliver(frames): Promise<Delivery> {
      // At once: what they are made of is not there any longer when this has resolved.
      const slabs = (typeof frames === 'function' ? frames() : frames).map(slabOf)
      const turn = before
      const confirmed = turn
        .catch(() => {})
        .then(() => {
          if (closed) throw new Error(`Output ${name} is closed: its events stay uncommitted in Kafka.`)
          const count = slabs.reduce((sum, { ends }) => sum + ends.length, 0)
          const bytes = Buffer.concat(slabs.map(slab => slab.bytes))
          unconfirmedFrames += count
          unconfirmedBytes += bytes.length
          return write(bytes, count)
        })
      // A caller that went away must not bring the process down.
      before = confirmed.catch(() => {})
      await turn
      return { confirmed }
    },
    drain: async signal => {
      await Promise.race([before, new Promise(resolve => signal.addEventListener('abort', resolve))])
    },
    async close() {
      closed = true
    },
    note: () => '',
    recall: () => undefined,
    status: (): OutputStatus => ({
      connected: !closed,
      unconfirmedFrames,
      unconfirmedBytes,
      stretches: { clean: 0, fin: 0, bareFin: 0, reset: 0, timeout: 0, error: 0 },
      confirmed: { close_notify: 0, fin: 0, bare_fin: 0, acked: 0, written },
      resent: 0,
      ...(failing !== undefined && { failing }),
      evidence: written > 0 ? 'written' : 'none yet',
    }),
  }
}
