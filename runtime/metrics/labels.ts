// What the labels of metrics mean. Each takes few values: a name from the configuration, or one of a closed list.

export const labelMeanings = {
  cluster: 'cluster_id of an input',
  service: 'a kind of event: message, maillog, audit, or one that the configuration adds',
  mode: 'how frames are asked for',
  reason: 'why',
  outcome: 'what became of it',
  status: 'the class of the status of an answer over HTTP',
  output: 'the name of an output in the configuration',
  evidence: 'what an output is confirmed by',
  answer: 'how a peer took the end of a connection',
  ending: 'how a connection ended',
  file: "which certificate: cert is the client's own, chain the first one of the chain",
  consumer: 'dedup, or forwarder- and the name of the output',
  topic: 'a topic of Kafka',
  partition: 'its partition',
  part: 'kafka, disk, memory, a session, an output, or a partition; as in /status',
  disk: "what lies on the disk: kafka is podpipe's own broker",
  version: 'the version of podpipe',
  runs: 'the service that the process runs',
} as const

export type LabelName = keyof typeof labelMeanings
