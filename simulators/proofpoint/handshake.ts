// Judges one opening handshake as the Proofpoint log API documents it: go on, or a status and a body. Pure.
// Sources: the log API's own error table (400, 401, 404, 405, 409) and one observed 409 answer.

import type { EventType } from '../events/events.ts'
import { archiveRange, type Range } from './position.ts'

export interface HandshakeRequest {
  method: string
  /** Path and query as they stand in the request line. */
  target: string
  authorization: string | undefined
  /** The request asks for a WebSocket. */
  isUpgrade: boolean
}

export interface HandshakePolicy {
  cluster: string
  tokens: readonly string[]
  /** Milliseconds since 1970. */
  now: number
  /** What the further type is called, where there is one. */
  otherType?: string | undefined
}

/** An admitted session: archive mode when it has a range, live mode otherwise. */
export interface Admission {
  token: string
  type: EventType
  archive: Range | undefined
}

export interface Refusal {
  status: number
  body: string
}

const types: Readonly<Record<string, EventType>> = {
  message: 'message',
  maillog: 'maillog',
  // Proofpoint's own add-on sends this name; it is taken for an alias.
  sendmail: 'maillog',
  audit: 'audit',
}

/** The exact body of a 409, seen on the wire: 45 characters, CR and LF. */
export const conflict: Refusal = { status: 409, body: 'Exceeded maximum number of sessions per token\r\n' }

/** Says whether a request may open a session; that the session is free is judged by the caller. */
export function judgeHandshake(request: HandshakeRequest, policy: HandshakePolicy): Admission | Refusal {
  if (!URL.canParse(request.target, 'wss://localhost'))
    return refuse(400, 'the request line holds no valid URL')
  const url = new URL(request.target, 'wss://localhost')
  if (url.pathname !== '/v1/stream') return refuse(404, `no such resource: ${url.pathname}`)
  if (request.method !== 'GET') return refuse(405, `method ${request.method} is not allowed, use GET`)
  if (!request.isUpgrade) return refuse(404, 'only the WebSocket protocol is served here')

  const cid = url.searchParams.get('cid')
  if (!cid) return refuse(400, 'cid is missing or empty')
  const name = url.searchParams.get('type')
  if (!name) return refuse(400, 'type is missing or empty')
  const type = name === policy.otherType ? 'other' : Object.hasOwn(types, name) ? types[name] : undefined
  if (!type) return refuse(400, `type "${name}" is none of message, maillog, audit`)
  const archive = archiveRange(url.searchParams.get('sinceTime'), url.searchParams.get('toTime'), policy.now)
  if (archive !== undefined && 'problem' in archive) return refuse(400, archive.problem)

  if (!request.authorization) return refuse(401, 'the Authorization header is missing or empty')
  const [scheme, token = '', ...rest] = request.authorization.split(' ')
  if (scheme !== 'Bearer') return refuse(401, 'the token type is not Bearer')
  if (rest.length > 0 || !policy.tokens.includes(token))
    return refuse(401, 'the access token is invalid or expired')
  if (cid !== policy.cluster) return refuse(401, `cluster ${cid} is unknown or not licensed for this token`)
  return { token, type, archive }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** The reason phrase of a status. */
export function reasonPhrase(status: number): string {
  return reasons[status] ?? 'Unknown'
}

/** A refusal in words of the kind the API uses. */
export function refuse(status: number, detail: string): Refusal {
  return { status, body: `${reasonPhrase(status)}: ${detail}\r\n` }
}

/**
 * The whole HTTP answer to a refused upgrade, with the headers that were seen on a real one and no Retry-After.
 * @param now milliseconds since 1970
 */
export function answerOf(refusal: Refusal, now: number): string {
  return [
    `HTTP/1.1 ${refusal.status} ${reasonPhrase(refusal.status)}`,
    `date: ${new Date(now).toUTCString()}`,
    'content-type: text/plain;charset=iso-8859-1',
    `content-length: ${Buffer.byteLength(refusal.body, 'latin1')}`,
    '',
    refusal.body,
  ].join('\r\n')
}
