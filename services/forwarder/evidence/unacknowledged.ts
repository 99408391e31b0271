// What the peer's TCP has not acknowledged yet, as Linux tells it: the column tx_queue of /proc/self/net/tcp{,6}.
// Node has no call for it. The table is read off the main thread, and one reading serves all who asked before it.

import { accessSync, constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { endianness } from 'node:os'

/** The two ends of a connection, as the properties of a Node socket name them. */
export interface Ends {
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

/** Whether this system has the table. */
export function hasTable(): boolean {
  try {
    accessSync(tables.tcp, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** Bytes that the kernel has taken and the peer has not acknowledged; undefined if no such connection is listed. */
export async function unacknowledged(ends: Ends): Promise<number | undefined> {
  const { table, remote } = remoteIn(ends)
  return queueIn(await read(table), ends.localPort, remote)
}

/** The queue of one connection in the text of a table. Exported for its test. */
export function queueIn(text: string, localPort: number, remote: string): number | undefined {
  const at = text.indexOf(`:${hex(localPort, 4)} ${remote} `)
  if (at < 0) return undefined
  // local:port remote:port state tx_queue:rx_queue
  const [, , state, queues] = text.slice(at, at + 200).split(' ')
  const queue = Number.parseInt(queues ?? '', 16)
  // Time-wait and close: the socket that had the queue is gone, and with it what it knew.
  return state === '06' || state === '07' || Number.isNaN(queue) ? undefined : queue
}

/** How a table writes the peer's address and port: words of 32 bits in the order of this machine's bytes. */
export function remoteIn({ remoteAddress, remotePort }: Pick<Ends, 'remoteAddress' | 'remotePort'>): {
  table: keyof typeof tables
  remote: string
} {
  const address = remoteAddress.replace(/%.*$/, '')
  const bytes = isIPv6(address) ? bytesOfV6(address) : address.split('.').map(Number)
  const words: string[] = []
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4)
    words.push((endianness() === 'LE' ? word.reverse() : word).map(byte => hex(byte, 2)).join(''))
  }
  return { table: isIPv6(address) ? 'tcp6' : 'tcp', remote: `${words.join('')}:${hex(remotePort, 4)}` }
}

const tables = { tcp: '/proc/self/net/tcp', tcp6: '/proc/self/net/tcp6' } as const

/** Readings that have not begun yet, which whoever asks now may share; one that runs began too early for them. */
const next = new Map<string, Promise<string>>()
const running = new Map<string, Promise<unknown>>()

function read(table: keyof typeof tables): Promise<string> {
  const known = next.get(table)
  if (known !== undefined) return known
  const before = running.get(table) ?? Promise.resolve()
  const reading = before.then(() => {
    next.delete(table)
    const begun = readFile(tables[table], 'latin1')
    running.set(
      table,
      begun.catch(() => {}),
    )
    return begun
  })
  next.set(table, reading)
  return reading
}

function bytesOfV6(address: string): number[] {
  const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const plain = mapped
    ? `${mapped[1]}${hex(Number(mapped[2]) * 256 + Number(mapped[3]), 4)}:${hex(Number(mapped[4]) * 256 + Number(mapped[5]), 4)}`
    : address
  const [left = '', right] = plain.split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(left), groups(right ?? '')]
  const zeros = right === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].flatMap(group => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')
