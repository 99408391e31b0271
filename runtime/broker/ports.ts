// Free ports on the loopback interface for the embedded broker.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** Where the system's own choices begin if it does not say: Linux's default. */
const usualEphemeralStart = 32_768
const lowest = 20_000

/**
 * Finds different free ports on 127.0.0.1.
 * They lie below the range from which the system serves outgoing connections: the broker keeps its port
 * while it is down, and a client that reconnects meanwhile could be given that very port as its own,
 * would be connected to itself, and the broker could not come back.
 */
export async function freePorts(count: number, random: () => number = Math.random): Promise<number[]> {
  const ports = new Set<number>()
  const ceiling = ephemeralStart()
  for (let attempt = 0; ports.size < count; attempt += 1) {
    const wanted = attempt < 100 && ceiling > lowest ? lowest + Math.floor(random() * (ceiling - lowest)) : 0
    const port = await probe(wanted)
    if (port !== undefined) ports.add(port)
  }
  return [...ports]
}

function ephemeralStart(): number {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1')
    return Number(/^\d+/.exec(range)?.[0] ?? usualEphemeralStart)
  } catch {
    return usualEphemeralStart
  }
}

/** Listens for a moment; the port if that worked, undefined if it is taken. 0 leaves the choice to the system. */
function probe(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
