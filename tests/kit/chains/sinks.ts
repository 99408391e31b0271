// A sink for each way in which a peer may answer an end, and the outputs that lead to them.

import { dirname } from 'node:path'
import type { TestContext } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { createCertificates, loadCertificates } from '@podpipe/simulators/certificates.ts'
import { type Devo, startDevo } from '@podpipe/simulators/devo/devo.ts'
import { atEnd } from '../at-end.ts'
import { testDirectory } from '../directory.ts'
import { until } from '../eventually.ts'
import type { OutputName } from '../faults/delivery-plan.ts'
import { testChain } from './chain.ts'

/** The forwarder looks every five seconds, and what has failed meanwhile is tried again ever less often. */
const certificatePatience = 180_000

export interface Sinks {
  readonly chain: Chain
  readonly all: Readonly<Record<OutputName, Devo>>
  /** Another authority, and certificates of it, on both sides; resolves when connections have come about with them. */
  exchangeCertificates(): Promise<void>
}

/** Starts the sinks, and makes a chain whose forwarder writes to all of them. */
export async function startSinks(
  t: TestContext,
  options: {
    brokers: readonly string[]
    prefix: string
    partitions: number
    seed: number
    config: string
    /** What is asked of the sink that never answers; `auto` takes a minute to find it out, and 9 MiB to send. */
    mute: 'auto' | 'acked'
  },
): Promise<Sinks> {
  const directory = testDirectory(t)
  const certificates = await loadCertificates(`${directory}/elsewhere`)
  const sink = async (more: Parameters<typeof startDevo>[0]): Promise<Devo> => {
    const started = await startDevo({ seed: options.seed, ...more })
    atEnd(t, () => started.close())
    return started
  }
  const [bareFin, mute, plain] = await Promise.all([
    sink({ certificates, ending: 'bare-fin' }),
    sink({ certificates, ending: 'never' }),
    sink({}),
  ])
  const tls = (port: number): string =>
    `config: {address: localhost, port: ${port}, chain: chain.crt, cert: simulated.crt, key: simulated.key}`
  const chain = await testChain(t, {
    ...options,
    moreOutputs: `  bare_fin: {type: relay, ${tls(bareFin.port)}}
  mute: {type: relay, confirm: ${options.mute}, ${tls(mute.port)}}
  plain: {type: syslog, config: {address: 127.0.0.1, port: ${plain.port}}}
`,
  })
  const { devo } = chain
  const secure = [devo, bareFin, mute]
  const use = ({ server, chain: authorities }: Awaited<ReturnType<typeof loadCertificates>>): void => {
    for (const each of secure) each.useCertificates({ server, chain: authorities })
  }
  const folder = dirname(chain.trust)
  use(await loadCertificates(folder))
  return {
    chain,
    all: { devo_1: devo, bare_fin: bareFin, mute, plain },
    async exchangeCertificates() {
      use(await createCertificates(folder))
      const before = secure.map(each => each.stats().connections)
      await until(
        'connections with the new certificates',
        () => secure.every((each, at) => each.stats().connections > (before[at] ?? 0)),
        certificatePatience,
      )
    },
  }
}
