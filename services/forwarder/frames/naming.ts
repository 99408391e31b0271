// How the header of an event names things, by the configuration.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { tagOf } from '@podpipe/runtime/config/values/tag.ts'
import type { LiveConfig } from '@podpipe/runtime/config/watched-config.ts'
import { type Naming, wireHost } from './wire.ts'

/** The naming of the inputs as they are configured now: a tag may change while events flow. */
export function namingNow(forwarder: PodpipeConfig['forwarder'], live: Pick<LiveConfig, 'current'>): Naming {
  let config = live.current
  let naming = namingOf({ forwarder, inputs: config.inputs })
  return {
    host: naming.host,
    tagOf(cluster, service) {
      if (config !== live.current) {
        config = live.current
        naming = namingOf({ forwarder, inputs: config.inputs })
      }
      return naming.tagOf(cluster, service)
    },
  }
}

/**
 * An event of a cluster that is no longer configured still has a table at Devo: the vendor's. Where two inputs are for one
 * stream, one of them is disabled and only has events on their way; the one that runs says what they are called.
 */
export function namingOf({ forwarder, inputs }: Pick<PodpipeConfig, 'forwarder' | 'inputs'>): Naming {
  const tags = new Map<string, string>(
    disabledFirst(inputs).flatMap(({ cluster, services }) =>
      services.map(({ service, tag }) => [`${cluster}/${service}`, tag]),
    ),
  )
  return {
    host: wireHost(forwarder.host),
    tagOf: (cluster, service) => tags.get(`${cluster}/${service}`) ?? tagOf(service, undefined),
  }
}

const disabledFirst = (inputs: PodpipeConfig['inputs']): PodpipeConfig['inputs'] =>
  [...inputs].sort((a, b) => Number(a.enabled) - Number(b.enabled))
