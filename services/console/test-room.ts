// A room without Kafka for tests of the server, in which the configuration changes when the test says so.

import type { ConsoleSettings, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { createMetrics } from '@podpipe/runtime/metrics/metrics.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { createAccess } from './access/access.ts'
import { createActions } from './access/actions.ts'
import { noKafka } from './errors.ts'
import { Refusal } from './refusal.ts'
import type { Room } from './room.ts'

export interface TestRoom {
  readonly room: Room
  /** What was noted of what people did. */
  readonly noted: HistoryEntry[]
  /** Puts other settings to use, as a reload does. */
  change(settings: Partial<ConsoleSettings>): void
}

const usual: ConsoleSettings = {
  enabled: true,
  host: '127.0.0.1',
  port: 0,
  basePath: '/',
  services: [],
  secretKey: undefined,
  users: [],
  content: 'operator',
  session: { idleMs: 3_600_000, lifeMs: 43_200_000 },
  publicUrl: undefined,
  groups: { viewer: ['staff'], operator: ['mail'], admin: ['root'], otherwise: 'none' },
  proxy: { addresses: [], userHeader: undefined, groupsHeader: undefined },
  oidc: undefined,
  tls: undefined,
}

/** @param settings of the console, where they are not the usual ones */
export function testRoom(settings: Partial<ConsoleSettings> = {}): TestRoom {
  const configOf = (console: ConsoleSettings): PodpipeConfig =>
    ({
      console,
      kafka: { prefix: 'pod', brokers: [] },
      services: ['message'],
      inputs: [],
      outputs: [],
    }) as unknown as PodpipeConfig
  const config = configOf({ ...usual, ...settings })
  const users: ((config: PodpipeConfig) => void)[] = []
  const live = { current: config, onChange: (use: (config: PodpipeConfig) => void) => void users.push(use) }
  const log = createLog('test', 'silent')
  const noted: HistoryEntry[] = []
  const room = {
    config,
    live,
    log,
    metrics: createMetrics(),
    access: createAccess(config, live),
    actions: createActions(entry => noted.push(entry), log),
    history: { flush: async () => true },
    pictures: { viewers: 0, follow: () => () => undefined },
    kafka: () => {
      throw new Refusal(503, noKafka('nowhere', 'a test has none'))
    },
  } as unknown as Room
  return {
    room,
    noted,
    change(next) {
      live.current = configOf({ ...live.current.console, ...next })
      for (const use of users) use(live.current)
    },
  }
}
