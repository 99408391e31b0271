// One session of ingest without the rest of it: what a test does not care about has a value that does nothing.

import type { TestContext } from 'node:test'
import { runSession, type SessionOptions } from '@podpipe/ingest/session.ts'
import { atEnd } from '../at-end.ts'

/** Runs a session that the test can stop; it is stopped at the end in any case. */
export function openSession(t: TestContext, address: string, options: Partial<SessionOptions> = {}) {
  const stop = new AbortController()
  const frames: string[] = []
  const opened = Promise.withResolvers<void>()
  const ended = runSession({
    address,
    apiKey: 'simulated-token',
    roots: undefined,
    proxy: undefined,
    pingInterval: 60_000,
    pauseLimit: 60_000,
    onOpen: opened.resolve,
    onFrame: frame => frames.push(frame.toString()),
    onOversize: () => undefined,
    onPong: () => undefined,
    onPaused: () => undefined,
    isFull: () => false,
    room: async () => undefined,
    signal: stop.signal,
    ...options,
  })
  atEnd(t, () => {
    stop.abort()
    return ended
  })
  return { stop: () => stop.abort(), frames, opened: opened.promise, ended }
}
