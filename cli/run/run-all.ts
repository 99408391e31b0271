// `podpipe run all`: Kafka if need be, the three services and the console: as processes of their own, kept up, or all in this one.

import type { EventEmitter } from 'node:events'
import { serviceNames } from '@podpipe/operations/status/places.ts'
import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { createLog, type Log } from '@podpipe/runtime/log.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import type { Stop } from '@podpipe/runtime/stop.ts'
import { withKafka } from '../with-kafka.ts'
import { followConfig, runOne } from './run-one.ts'
import { superviseService } from './supervise-service.ts'

/**
 * Runs everything until the stop signal fires. The services stop together, each finishing what it has in
 * hand, and Kafka last.
 * @throws ConfigurationError when a service found something that only a person can put right
 */
export async function runAll(
  config: PodpipeConfig,
  log: Log,
  stop: Stop,
  reloads: EventEmitter,
): Promise<void> {
  let broken = false
  const watched = followConfig({ config, log, reloads, tellsWarnings: true })
  try {
    await withKafka(config, log, stop.signal, async brokers => {
      // A service that dies in a process of its own is started again. One that dies in this process ends it: what state it
      // leaves behind nobody knows, and whoever started podpipe starts it again.
      const run = (name: ServiceName): Promise<void> =>
        config.multiprocessing
          ? superviseService({
              name,
              handed: () => ({ config: watched.current, brokers }),
              log,
              signal: stop.signal,
              reloads,
            })
          : runOne({
              name,
              config,
              brokers,
              log: createLog(name, watched.current.logLevel),
              stop,
              reloads,
              tellsWarnings: false,
            })
      const running = serviceNames.map(run)
      // One service that cannot run at all ends the run: half a pipeline would only look like one.
      for (const service of running) {
        service.catch(error => {
          broken = true
          stop.request(reasonOf(error))
        })
      }
      if (config.console.enabled) running.push(run('console').catch(tellConsole))
      await allEnded(running)
    })
  } catch (error) {
    // A start that was interrupted is a stop in order.
    if (stop.signal.aborted && !broken && !(error instanceof ConfigurationError))
      log.info({ reason: reasonOf(error) }, 'stopped')
    else throw error
  } finally {
    watched.stop()
  }
  log.info('podpipe has stopped')

  // It only shows: whatever becomes of it, events flow.
  function tellConsole(error: unknown): void {
    log.error(
      { reason: reasonOf(error) },
      'the console cannot run, and events flow without it. Put right what it says, or set console.enabled: false; it is started with the next podpipe',
    )
  }
}
