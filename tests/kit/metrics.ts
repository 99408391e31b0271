// What a service tells at /metrics.

import type { ServiceProcess } from '@podpipe/demo/service-process.ts'

/** The samples of one metric, each with its labels as text; empty when it has none. */
export type Samples = (metric: string) => readonly { readonly labels: string; readonly value: number }[]

/** Asks a running service, at the address that its log names. */
export async function metricsOf(process: ServiceProcess): Promise<Samples> {
  // One that was started again goes on in the same log.
  const address = [...process.tail(100_000).matchAll(/"http":"([^"]+)"/g)].at(-1)?.[1]
  const text = await (await fetch(`http://${address}/metrics`)).text()
  return metric =>
    text.split('\n').flatMap(line => {
      const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      return name === metric ? [{ labels, value: Number(value) }] : []
    })
}
