// The server.properties of the embedded broker: one node that is broker and controller at once (KRaft).

/** The largest record batch the broker takes, in bytes; a Proofpoint frame may have 16 MiB. */
const largestBatch = 16_777_216

export interface Listeners {
  /** Port for clients on 127.0.0.1. */
  readonly port: number
  /** Port of the controller on 127.0.0.1; only the node itself uses it. */
  readonly controllerPort: number
}

/**
 * Writes the properties. Paths are relative: the broker runs in its own directory, so that no character
 * of the directory's name (log.dirs is a comma-separated list) can be misread.
 */
export function serverProperties({ port, controllerPort }: Listeners): string {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': 'data',

    // One node holds the only copy of everything.
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,

    // A broker that was killed is refused until its old session has run out, by default 9 s.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,

    // Topics are made by the topics table only; a misspelt name must fail.
    'auto.create.topics.enable': false,

    // Groups here are small and all members start together.
    'group.initial.rebalance.delay.ms': 0,
    'offsets.retention.minutes': 10_080,
    'transaction.max.timeout.ms': 900_000,

    'message.max.bytes': largestBatch,
    'replica.fetch.max.bytes': largestBatch,
    'socket.request.max.bytes': 104_857_600,

    // The cleaner stays on for the compacted topics. Its default buffer of 128 MiB is more than this
    // broker needs and kills a broker with a small heap at its start.
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'background.threads': 2,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
