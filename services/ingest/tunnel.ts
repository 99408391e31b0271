// The way through an HTTP proxy: an agent of Node whose connection is a tunnel (CONNECT), for one session.

import { Agent } from 'node:https'
import type { Duplex } from 'node:stream'

export interface Tunnel {
  readonly agent: Agent
  /** Ends the connection to the proxy, if it is still there. */
  close(): void
}

/** @param proxy a good http or https URL, which may hold a user name and a password */
export function createTunnel(proxy: string): Tunnel {
  const agent = new Agent({ proxyEnv: { HTTPS_PROXY: proxy } })
  const connect = agent.createConnection.bind(agent)
  let connection: Duplex | null | undefined
  // Until the tunnel stands nobody else knows this connection: a proxy that never answers would keep it.
  agent.createConnection = (options, onCreate) => {
    connection = connect(options, onCreate)
    return connection
  }
  return { agent, close: () => void connection?.destroy() }
}
