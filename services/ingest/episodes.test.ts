import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from '@podpipe/runtime/log.ts'
import { createMetrics } from '@podpipe/runtime/metrics/metrics.ts'
import { createEpisodes } from './episodes.ts'
import type { Parts } from './parts.ts'
import type { SessionEnd } from './session-end.ts'

const conflict: SessionEnd = {
  kind: 'refused',
  status: 409,
  body: 'Exceeded maximum number of sessions per token',
}
const busy: SessionEnd = { kind: 'refused', status: 503, body: '' }
const broken: SessionEnd = { kind: 'closed', code: 1006, reason: '' }

function start(mode: 'live' | 'archive' = 'live') {
  const lines: string[] = []
  const metrics = createMetrics()
  const at = (level: string) => (_: object, message: string) =>
    void lines.push(`${level} ${message.slice(0, 12)}`)
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } as unknown as Log
  const labels = { cluster: 'c', service: 'message' } as const
  const settings = { requestPeriodMs: 60_000 }
  const parts = { context: { log, metrics }, labels, settings } as unknown as Parts
  return {
    episodes: createEpisodes(parts, mode),
    lines,
    async count(metric: 'conflicts' | 'sessionEnds', reason?: string): Promise<number> {
      const { values } = await metrics[metric].get()
      return values
        .filter(({ labels: found }) => reason === undefined || ('reason' in found && found.reason === reason))
        .reduce((sum, { value }) => sum + value, 0)
    },
  }
}

test('a 409 is told and counted once an episode, however long it lasts', async () => {
  const { episodes, lines, count } = start()
  for (let attempt = 0; attempt < 5; attempt++) episodes.ended(conflict, { frames: 0 })
  deepEqual(lines, ['warn 409 Conflict', ...Array(4).fill('debug 409 Conflict')])
  equal(await count('conflicts'), 1)
  equal(await count('sessionEnds', 'http_409'), 5)

  episodes.over()
  episodes.ended(conflict, { frames: 0 })
  equal(lines.at(-1), 'warn 409 Conflict')
  equal(await count('conflicts'), 2)
})

test('another reason is news', () => {
  const { episodes, lines } = start()
  for (const end of [conflict, busy, busy, conflict]) episodes.ended(end, { frames: 0 })
  deepEqual(
    lines.map(line => line.split(' ')[0]),
    ['warn', 'warn', 'debug', 'warn'],
  )
})

test('every end is counted with its reason, also our own', async () => {
  const { episodes, count } = start()
  episodes.ended(broken, { frames: 3 })
  equal(episodes.ended({ kind: 'stopped' }, { frames: 3 }), undefined)
  equal(await count('sessionEnds', 'close_1006'), 1)
  equal(await count('sessionEnds', 'stopped'), 1)
  equal(await count('conflicts'), 0)
})

test('a session of the archive is named', () => {
  const { episodes, lines } = start('archive')
  episodes.ended(busy, { frames: 0 })
  deepEqual(lines, ['warn the archive:'])
})

test('the wait grows while sessions bring nothing, and begins anew with one that did', t => {
  t.mock.method(Math, 'random', () => 1)
  const { episodes } = start()
  const waits = [0, 0, 0, 5, 0].map(frames => episodes.ended(broken, { frames })?.wait ?? 0)
  const [first = 0, second = 0, third = 0, anew = 0, again = 0] = waits
  equal(first < second && second < third, true, waits.join())
  deepEqual([anew, again], [first, second])
})
