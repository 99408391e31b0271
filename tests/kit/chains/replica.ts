// Further processes of a service beside a chain's own.

import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { atEnd } from '../at-end.ts'

let replicas = 1

/** Starts one more process of a service, with a log of its own; killed when the test ends. */
export function replica(t: TestContext, chain: Chain, service: ServiceName): ServiceProcess {
  const logFile = join(dirname(dirname(chain.configFile)), `${service}-${++replicas}.log`)
  const started = startPodpipe(service, ['run', service, '--config', chain.configFile], {
    logFile,
    trust: chain.trust,
  })
  atEnd(t, () => (started.running ? started.kill() : undefined))
  return started
}

/** How many partitions a process was given when it joined its group the last time. */
export function partitionsOf(process: ServiceProcess): number | undefined {
  const joined = process
    // All of it: under faults a log grows long behind the last time that it joined.
    .tail(Number.POSITIVE_INFINITY)
    .split('\n')
    .filter(line => line.includes('joined the consumer group'))
  const count = /"partitions":(\d+)/.exec(joined.at(-1) ?? '')?.[1]
  return count === undefined ? undefined : Number(count)
}
