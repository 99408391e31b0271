// What a service tells at /metrics and /status.

import type { ServiceProcess } from '@podpipe/demo/service-process.ts'

/** A sample of a metric, with its labels as text. */
export interface Sample {
  readonly name: string
  readonly labels: string
  readonly value: number
}

/** The samples of one metric; empty when it has none. */
export type Samples = (metric: string) => readonly Sample[]

/** Asks a running service for one metric after the other, as they were at the moment of the call. */
export async function metricsOf(process: ServiceProcess): Promise<Samples> {
  const samples = await samplesOf(process)
  return metric => samples.filter(({ name }) => name === metric)
}

/** All that a running service tells. */
export async function samplesOf(process: ServiceProcess): Promise<readonly Sample[]> {
  const text = await (await ask(process, 'metrics')).text()
  return text.split('\n').flatMap(line => {
    const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    return name === '' ? [] : [{ name, labels, value: Number(value) }]
  })
}

/** What its parts tell of themselves, by their names. */
export async function partsOf(process: ServiceProcess): Promise<Record<string, Record<string, unknown>>> {
  const status = (await (await ask(process, 'status')).json()) as {
    parts: Record<string, Record<string, unknown>>
  }
  return status.parts
}

/** Where a running service serves health and metrics, by its log; undefined before it does. */
export function httpAddress(process: ServiceProcess): string | undefined {
  // One that was started again goes on in the same log.
  return [...process.tail(100_000).matchAll(/"http":"([^"]+)"/g)].at(-1)?.[1]
}

const ask = (process: ServiceProcess, path: string): Promise<Response> =>
  fetch(`http://${httpAddress(process)}/${path}`)
