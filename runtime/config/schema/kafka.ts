// The group `kafka`: podpipe's own broker, or a cluster of yours and how it wants to be spoken to.

import type { Shape } from './shape.ts'

/** How a user shows a Kafka cluster who it is. */
export const saslMechanisms = ['none', 'plain', 'scram-sha-256', 'scram-sha-512'] as const

/** The group `kafka`. */
export const kafkaKeys = {
  brokers: {
    format: 'brokers',
    default: [],
    env: 'PODPIPE_KAFKA_BROKERS',
    since: '0.1.0',
    doc: 'A running Kafka, each host:port; empty means that podpipe runs its own.',
  },
  prefix: { format: 'prefix', default: 'pod', since: '0.1.0', doc: 'The first word of every topic.' },
  partitions: {
    format: 'whole',
    default: 6,
    min: 1,
    max: 1000,
    since: '0.1.0',
    doc: 'Partitions of each event topic.',
  },
  heap: { format: 'heap', default: '512m', since: '0.1.0', doc: "Memory of podpipe's own Kafka." },
  tls: {
    enabled: {
      format: 'yesNo',
      default: false,
      env: 'PODPIPE_KAFKA_TLS',
      since: '0.1.0',
      doc: 'Whether your Kafka is spoken to over TLS.',
    },
    ca: {
      format: 'text',
      default: undefined,
      env: 'PODPIPE_KAFKA_CA',
      since: '0.1.0',
      doc: 'A PEM file in certs/ with the authorities of your Kafka.',
      otherwise: 'those of the system',
      example: 'kafka-ca.crt',
    },
    cert: {
      format: 'text',
      default: undefined,
      env: 'PODPIPE_KAFKA_CERT',
      since: '0.1.0',
      doc: 'A PEM file in certs/ with a client certificate, where your Kafka wants one.',
      otherwise: 'none',
      example: 'kafka-client.crt',
    },
    key: {
      format: 'text',
      default: undefined,
      env: 'PODPIPE_KAFKA_KEY',
      since: '0.1.0',
      doc: 'The file with its private key.',
      example: 'kafka-client.key',
    },
    check_hostname: {
      format: 'yesNo',
      default: true,
      since: '0.1.0',
      doc: 'Whether the certificate of a broker must bear its host name.',
    },
  },
  sasl: {
    mechanism: {
      format: 'choice',
      default: 'none',
      choices: saslMechanisms,
      env: 'PODPIPE_KAFKA_MECHANISM',
      since: '0.1.0',
      doc: 'How podpipe shows your Kafka who it is: none, plain, scram-sha-256 or scram-sha-512.',
    },
    username: {
      format: 'text',
      default: undefined,
      env: 'PODPIPE_KAFKA_USERNAME',
      since: '0.1.0',
      doc: 'The user name at your Kafka.',
      example: 'podpipe',
    },
    password: {
      format: 'text',
      default: undefined,
      sensitive: true,
      secret: { fileKey: 'password_file', variable: 'PODPIPE_KAFKA_PASSWORD' },
      since: '0.1.0',
      doc: 'Its password.',
      example: 'a-password',
    },
    password_file: {
      format: 'text',
      default: undefined,
      quiet: true,
      since: '0.1.0',
      doc: 'A file that holds the password and nothing else, in certs/.',
      example: 'kafka-password',
    },
  },
} as const satisfies Shape
