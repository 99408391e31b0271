// TLS and SASL as kafkajs takes them, from the settings and the files that these name.

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import type { KafkaSecurity, KafkaTls } from '../config/config.ts'
import { ConfigurationError, reasonOf } from '../errors.ts'

/**
 * The options of kafkajs; none for plain connections.
 * @throws ConfigurationError when a file cannot be read
 */
export function securityOptions(security: KafkaSecurity | undefined): {
  ssl?: ConnectionOptions
  sasl?: SASLOptions
} {
  const { tls, sasl } = security ?? {}
  return {
    ...(tls === undefined ? {} : { ssl: tlsOptions(tls) }),
    // A copy: kafkajs may keep it, and the configuration is nobody's to change.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
  }
}

/**
 * The user that Kafka takes podpipe for, unless its own rules for names (`ssl.principal.mapping.rules`) say otherwise: that of the
 * password, else the name in the client certificate, its parts from the last to the first.
 * @throws ConfigurationError when the certificate cannot be read
 */
export function principalOf(security: KafkaSecurity | undefined): string {
  const { tls, sasl } = security ?? {}
  if (sasl !== undefined) return `User:${sasl.username}`
  if (tls?.cert === undefined) return 'User:ANONYMOUS'
  const { subject } = new X509Certificate(pemOf(tls.cert))
  return `User:${subject.split('\n').reverse().join(',')}`
}

function tlsOptions({ ca, cert, key, checkHostname }: KafkaTls): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: pemOf(ca) }),
    ...(cert === undefined ? {} : { cert: pemOf(cert) }),
    ...(key === undefined ? {} : { key: pemOf(key) }),
    ...(checkHostname ? {} : { checkServerIdentity: () => undefined }),
  }
}

function pemOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigurationError(
      `The file ${file} cannot be read: ${reasonOf(error)}. TLS to Kafka needs it: put it there, or correct its name under kafka.tls.`,
    )
  }
}
