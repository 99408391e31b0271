// `podpipe run all`: Kafka if need be, and the three services as processes of their own, kept up.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import type { Stop } from '@podpipe/runtime/stop.ts'
import { withKafka } from '../with-kafka.ts'
import { superviseService } from './supervise-service.ts'

const services: readonly ServiceName[] = ['ingest', 'dedup', 'forwarder']

/**
 * Runs everything until the stop signal fires. The services stop together, each finishing what it has in
 * hand, and Kafka last.
 * @throws ConfigurationError when a service found something that only a person can put right
 */
export async function runAll(config: PodpipeConfig, log: Log, stop: Stop): Promise<void> {
  let broken = false
  try {
    await withKafka(config, log, stop.signal, async brokers => {
      const running = services.map(name =>
        superviseService({ name, config, brokers, log, signal: stop.signal }),
      )
      // One service that cannot run at all ends the run: half a pipeline would only look like one.
      for (const service of running) {
        service.catch(error => {
          broken = true
          stop.request(reasonOf(error))
        })
      }
      await allEnded(running)
    })
  } catch (error) {
    // A start that was interrupted is a stop in order.
    if (stop.signal.aborted && !broken && !(error instanceof ConfigurationError))
      log.info({ reason: reasonOf(error) }, 'stopped')
    else throw error
  }
  log.info('podpipe has stopped')
}
