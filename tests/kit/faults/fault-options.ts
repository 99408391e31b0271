// The command line of a fault run: how long or how many, which seed, which kinds of faults.

import { parseArgs } from 'node:util'

export interface FaultOptions<Kind extends string> {
  readonly minutes: number
  /** How many faults are to fall, however long that takes; else the minutes count. */
  readonly most: number | undefined
  readonly seed: number
  readonly among: readonly Kind[]
  /** Minutes or number, in words. */
  readonly extent: string
}

/** Reads them; what is wrong ends the process with the usage of the command. */
export function readFaultOptions<Kind extends string>(
  command: string,
  kinds: readonly Kind[],
): FaultOptions<Kind> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 65_536)) },
      only: { type: 'string', default: kinds.join(',') },
    },
  })
  const named = values.only.split(',')
  const among = kinds.filter(kind => named.includes(kind))
  const [minutes, seed] = [Number(values.minutes ?? 30), Number(values.seed)]
  const most = values.faults === undefined ? undefined : Number(values.faults)
  const oneExtent = minutes > 0 && (most === undefined || (most > 0 && values.minutes === undefined))
  if (!oneExtent || !Number.isInteger(seed) || among.length !== named.length) {
    console.error(`Usage: ${command} -- [--minutes N | --faults N] [--seed S] [--only ${kinds.join(',')}]`)
    process.exit(1)
  }
  const extent = most === undefined ? `${minutes} minutes of faults` : `${most} faults`
  return { minutes, most, seed, among, extent }
}
