// Kafka's wire, as far as a proxy has to read it: where a frame ends, what a request is, and which answers name
// the addresses of brokers. Pure. https://kafka.apache.org/protocol

/** The requests that faults fall on, by their numbers in the protocol. */
export const apis = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  LeaveGroup: 13,
  SyncGroup: 14,
  ApiVersions: 18,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  TxnOffsetCommit: 28,
} as const

export type Api = keyof typeof apis

const names = new Map<number, string>(Object.entries(apis).map(([name, key]) => [key, name]))

export interface RequestHead {
  /** The number itself where it has no name here. */
  readonly api: string
  readonly version: number
  readonly correlation: number
}

/** What a whole request, length included, says of itself. */
export function headOf(request: Buffer): RequestHead {
  const key = request.readInt16BE(4)
  return {
    api: names.get(key) ?? String(key),
    version: request.readInt16BE(6),
    correlation: request.readInt32BE(8),
  }
}

/** The request that a whole answer, length included, belongs to. */
export const correlationOf = (answer: Buffer): number => answer.readInt32BE(4)

/** @returns takes what comes in, and gives back the frames that are whole by it, each with its length before it */
export function createSplitter(): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  return chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: Buffer[] = []
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0)
      frames.push(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    return frames
  }
}

/**
 * Puts other ports into an answer that names brokers, in place: their hosts stay.
 * @param portOf the port to be named instead of a broker's; a port that it does not know stays
 * @throws Error for versions of an answer that are laid out in another way
 */
export function replacePorts(
  { api, version }: Pick<RequestHead, 'api' | 'version'>,
  answer: Buffer,
  portOf: ReadonlyMap<number, number>,
): void {
  const newest = api === 'Metadata' ? 8 : 2
  if (version > newest) {
    throw new Error(`An answer to ${api} of version ${version} cannot be read here, only up to ${newest}.`)
  }
  let at = 8
  const skipString = (): void => {
    at += 2 + Math.max(0, answer.readInt16BE(at))
  }
  const node = (): void => {
    at += 4
    skipString()
    const port = answer.readInt32BE(at)
    answer.writeInt32BE(portOf.get(port) ?? port, at)
    at += 4
  }
  if (api === 'Metadata') {
    if (version >= 3) at += 4
    const count = answer.readInt32BE(at)
    at += 4
    for (let each = 0; each < count; each++) {
      node()
      if (version >= 1) skipString()
    }
    return
  }
  if (version >= 1) at += 4
  at += 2
  if (version >= 1) skipString()
  node()
}
