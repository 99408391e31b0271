// A proxy before each broker that knows where a request and its answer begin, so that a fault can fall between
// the two. Who comes through it is sent through it again: it names itself where the brokers name themselves.

import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { listen } from '../listen.ts'
import {
  type Api,
  correlationOf,
  createSplitter,
  headOf,
  type RequestHead,
  replacePorts,
} from './kafka-frames.ts'

/**
 * A fault that falls on the next request of a kind: before the broker has it, or when it has answered and the
 * client does not know it yet. Then the frame passes on, or the client's connection is reset in its place, or
 * behind its first half.
 */
export type Strike =
  | { readonly api: Api; readonly at: 'request'; readonly fate: 'pass' | 'cut' }
  | { readonly api: Api; readonly at: 'answer'; readonly fate: 'pass' | 'cut' | 'half' }

export interface KafkaProxy {
  /** Where clients find it: an address for each broker. */
  readonly brokers: readonly string[]
  /** How many requests of each kind came through. */
  readonly requests: ReadonlyMap<string, number>
  /**
   * Resolves when the strike has fallen; one at a time.
   * @param act is called first, as when something is to be killed at that very moment
   * @param signal ends the waiting, and the strike falls no more
   * @throws the signal's reason once it fires
   */
  strike(strike: Strike, signal: AbortSignal, act?: () => void): Promise<void>
  /** Nothing comes through any more, and no connection ends: as when the brokers are frozen. */
  freeze(): void
  /** What waited comes through. */
  thaw(): void
}

/**
 * Starts it on 127.0.0.1; it ends with the test.
 * @param brokers as host:port, on this machine
 */
export async function startKafkaProxy(t: TestContext, brokers: readonly string[]): Promise<KafkaProxy> {
  const requests = new Map<string, number>()
  const portOf = new Map<number, number>()
  const joined = new Set<Socket>()
  let isFrozen = false
  let armed: (Strike & { readonly fallen: () => void }) | undefined

  const falls = (at: Strike['at'], { api }: RequestHead): Strike['fate'] => {
    if (armed === undefined || armed.at !== at || armed.api !== api) return 'pass'
    const { fate, fallen } = armed
    armed = undefined
    fallen()
    return fate
  }

  const join = (client: Socket, host: string, port: number): void => {
    const broker = connect({ host, port, noDelay: true })
    for (const socket of [client, broker]) {
      joined.add(socket)
      socket.once('close', () => joined.delete(socket))
    }
    const open = new Map<number, RequestHead>()
    const toBroker = createSplitter()
    const toClient = createSplitter()
    /** Hands a frame on, or a part of it, or none. @returns whether the connection goes on */
    const hand = (frame: Buffer, to: Socket, fate: Strike['fate']): boolean => {
      if (fate === 'pass') return to.write(frame) || true
      client.pause()
      if (fate === 'cut') client.resetAndDestroy()
      else to.write(frame.subarray(0, frame.length >> 1), () => client.resetAndDestroy())
      return false
    }
    client.on('data', chunk => {
      for (const frame of toBroker(chunk)) {
        const head = headOf(frame)
        requests.set(head.api, (requests.get(head.api) ?? 0) + 1)
        open.set(head.correlation, head)
        if (!hand(frame, broker, falls('request', head))) return
      }
    })
    broker.on('data', chunk => {
      for (const frame of toClient(chunk)) {
        const head = open.get(correlationOf(frame))
        if (head === undefined) continue
        open.delete(head.correlation)
        if (head.api === 'Metadata' || head.api === 'FindCoordinator') replacePorts(head, frame, portOf)
        if (!hand(frame, client, falls('answer', head))) return
      }
    })
    broker.on('error', () => undefined)
    broker.on('close', () => client.destroySoon())
    if (isFrozen) client.pause()
    // What is on its way to the broker still gets there, as it would from the buffers of a host whose process died.
    client.on('close', () => broker.destroySoon())
  }

  const addresses: string[] = []
  for (const address of brokers) {
    const [host = '', port = ''] = address.split(':')
    const own = await listen(
      t,
      createServer({ noDelay: true }, client => join(client, host, Number(port))),
    )
    portOf.set(Number(port), own)
    addresses.push(`127.0.0.1:${own}`)
  }

  return {
    brokers: addresses,
    requests,
    freeze() {
      isFrozen = true
      for (const socket of joined) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of joined) socket.resume()
    },
    strike(strike, signal, act) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const giveUp = (): void => {
        armed = undefined
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      armed = {
        ...strike,
        fallen() {
          signal.removeEventListener('abort', giveUp)
          act?.()
          resolve()
        },
      }
      if (signal.aborted) giveUp()
      return promise
    },
  }
}
