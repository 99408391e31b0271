// The Proofpoint simulator: a TLS WebSocket server that speaks the log API of Proofpoint on Demand,
// as far as public documents and clients show it, with switches where they do not.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'
import type { KeyPair } from '../authority.ts'
import { listenRaw } from '../devo/raw.ts'
import { type EventType, eventTypes } from '../events/events.ts'
import { createRandom } from '../random.ts'
import { type DropManner, dropManners } from './drop.ts'
import type { Frame } from './frame.ts'
import { type Admission, answerOf, conflict, judgeHandshake, type Refusal, refuse } from './handshake.ts'
import { createLedger, type Ledger, type LedgerCounts } from './ledger.ts'
import { byType, createOffering, type OfferingOptions } from './offering.ts'
import { frameOf } from './replay.ts'
import { rulesOf, type SessionRules } from './rules.ts'
import { type Line, openSession, type Session } from './session.ts'

export interface ProofpointOptions extends OfferingOptions, Partial<SessionRules> {
  /** The server's certificate and key, PEM. */
  certificates: { server: KeyPair }
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** Default simulated_hosted. */
  cluster?: string
  /** Bearer tokens that are accepted. Default simulated-token. */
  tokens?: readonly string[]
  /** Negotiate permessage-deflate. Default false. */
  perMessageDeflate?: boolean
  /** Milliseconds since 1970; decides on absence, archive hours and lingering. Default Date.now. */
  clock?: () => number
}

export interface Progress {
  /** Slots of the plan, pushed frames included. */
  offered: number
  /** Slots sent at least once. */
  sent: number
}

export interface ProofpointStats {
  sessions: { type: EventType; mode: 'live' | 'archive'; sent: number }[]
  accepted: number
  /** Refused handshakes for each status. */
  refused: Record<string, number>
  ends: { clean: number; unclean: number }
  isPaused: boolean
  progress: Record<EventType, Progress>
  ledger: LedgerCounts
}

export interface Proofpoint {
  /** wss://localhost:PORT */
  readonly url: string
  readonly port: number
  readonly ledger: Ledger
  /** Everything offered by now, of every type, has been sent at least once. */
  readonly finished: Promise<void>
  /** The same for one type. */
  finishedType(type: EventType): Promise<void>
  progress(): Record<EventType, Progress>
  stats(): ProofpointStats
  /** Adds one frame at the end of a type's stream. By default it is text if it can be, in the fragments of the rules. */
  offer(type: EventType, payload: string | Buffer, form?: Partial<Pick<Frame, 'binary' | 'fragments'>>): void
  /** Sends a frame that belongs to no stream on the open sessions of a type, at once. @returns on how many */
  interject(type: EventType, payload: string | Buffer): number
  /** Ends the open sessions of a type; `random` draws a manner for each by the seed. @returns how many there were */
  drop(type: EventType | 'all', manner: DropManner | 'random'): number
  /** Answers the next handshakes with a status, whatever they ask for. Default one handshake. */
  refuseNext(status: number, times?: number): void
  /** Refuses none of those any more. */
  admit(): void
  /** Sends nothing more, on any session, until `resume`. */
  pause(): void
  resume(): void
  /** Changes rules for what happens from now on. */
  change(rules: Partial<SessionRules>): void
  /** Presents another certificate in the TLS handshakes to come. */
  present(certificate: KeyPair): void
  close(): Promise<void>
}

/**
 * Starts the simulator.
 * @throws the system's error when the port cannot be bound or the events file cannot be read
 */
export async function startProofpoint(options: ProofpointOptions): Promise<Proofpoint> {
  const { cluster = 'simulated_hosted', tokens = ['simulated-token'], clock = Date.now } = options
  const rules = rulesOf(options)
  const offering = await createOffering(options, clock())
  const { feeds } = offering
  const ledger = createLedger()
  const lines = new Map<string, Line>()
  const refused: Record<string, number> = {}
  const ends = { clean: 0, unclean: 0 }
  const refusals: number[] = []
  const draws = createRandom(options.seed ?? 1, 80)
  let accepted = 0
  let isPaused = false

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: 65_536,
    perMessageDeflate: options.perMessageDeflate ?? false,
  })
  const server = createServer(options.certificates.server)
  const listener = await listenRaw(server, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    allowHalfOpen: false,
  })

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answer = judge(request, false)
    const { status, body } =
      'status' in answer ? answer : refuse(404, 'only the WebSocket protocol is served here')
    count(status)
    response.writeHead(status, { 'content-type': 'text/plain;charset=iso-8859-1' }).end(body)
  })

  server.on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    // A peer may vanish in mid-handshake; ws puts its own handler in place afterwards.
    socket.on('error', () => {})
    const answer = judge(request, true)
    if ('status' in answer) {
      count(answer.status)
      socket.end(answerOf(answer, Date.now()))
      return
    }
    const raw = listener.rawOf(socket)
    sockets.handleUpgrade(request, socket, head, opened => open(opened, socket, raw, answer))
  })

  function judge(request: IncomingMessage, isUpgrade: boolean): Admission | Refusal {
    const forced = refusals.shift()
    if (forced) return refuse(forced, 'refused on command')
    const { method = '', url: target = '' } = request
    const policy = { cluster, tokens, now: clock(), otherType: options.otherType?.name }
    const answer = judgeHandshake(
      { method, target, authorization: request.headers.authorization, isUpgrade },
      policy,
    )
    if ('status' in answer) return answer
    const line = lineOf(answer)
    return line.session || clock() < line.lockedUntil ? conflict : answer
  }

  function open(
    socket: WebSocket,
    transport: Socket,
    raw: Socket | undefined,
    { type, ...admission }: Admission,
  ) {
    accepted++
    openSession({
      socket,
      transport,
      raw,
      type,
      archive: admission.archive,
      line: lineOf({ type, ...admission }),
      feed: feeds[type],
      ledger,
      rules,
      clock,
      isPaused: () => isPaused,
      progressed: offering.progressed,
      ended: clean => void ends[clean ? 'clean' : 'unclean']++,
    })
  }

  function lineOf({ token, type }: Admission): Line {
    const key = `${type} ${token}`
    const known = lines.get(key)
    if (known) return known
    const line: Line = { position: 0, leftAt: undefined, session: undefined, lockedUntil: 0 }
    lines.set(key, line)
    return line
  }

  function count(status: number): void {
    refused[status] = (refused[status] ?? 0) + 1
  }

  function openSessions(type: EventType | 'all' = 'all'): Session[] {
    const open = [...lines.values()].flatMap(line => line.session ?? [])
    return open.filter(session => type === 'all' || session.type === type)
  }

  const progress = () => byType(type => ({ offered: feeds[type].length, sent: feeds[type].sentSlots }))

  return {
    url: `wss://localhost:${listener.port}`,
    port: listener.port,
    ledger,
    get finished() {
      return offering.finished(eventTypes)
    },
    finishedType: type => offering.finished([type]),
    progress,
    stats: () => ({
      sessions: openSessions().map(({ type, mode, sent }) => ({ type, mode, sent })),
      accepted,
      refused: { ...refused },
      ends: { ...ends },
      isPaused,
      progress: progress(),
      ledger: ledger.counts(),
    }),
    offer(type, payload, form) {
      feeds[type].push({ ...frameOf(Buffer.from(payload), type, options.otherType), ...form }, clock())
      for (const session of openSessions()) session.wake()
    },
    interject(type, payload) {
      const chosen = openSessions(type)
      for (const session of chosen) session.interject(frameOf(Buffer.from(payload), type, options.otherType))
      return chosen.length
    },
    drop(type, manner) {
      const chosen = openSessions(type)
      for (const session of chosen) session.drop(manner === 'random' ? draws.pick(dropManners) : manner)
      return chosen.length
    },
    refuseNext: (status, times = 1) => void refusals.push(...new Array<number>(times).fill(status)),
    admit: () => void refusals.splice(0),
    pause() {
      isPaused = true
    },
    resume() {
      isPaused = false
      for (const session of openSessions()) session.wake()
    },
    change: changes => void Object.assign(rules, changes),
    present: certificate => server.setSecureContext(certificate),
    async close() {
      listener.refuse()
      for (const session of openSessions()) session.drop('close')
      // Peers get half a second to answer the Close frame; the rest are cut off.
      for (let i = 0; i < 50 && openSessions().length > 0; i++) await sleep(10)
      await listener.close()
    },
  }
}
