// The one message for a machine on which the embedded broker cannot be run, and what a person can do then.

import { ConfigurationError } from '../errors.ts'

/**
 * The refusal that names every way to a broker.
 * @param missing what is wrong on this machine, as whole sentences
 */
export function cannotEmbed(missing: readonly string[]): ConfigurationError {
  return new ConfigurationError(
    [
      'Cannot start the embedded Kafka broker, which podpipe uses when kafka.brokers is not set.',
      ...missing,
      'There are three ways out:',
      '  1. Install Java 17 or newer and Maven. On Debian: apt-get install openjdk-17-jre-headless maven',
      '  2. Use Docker: run "docker compose up -d kafka" and set kafka: {brokers: ["localhost:19092"]}.',
      '  3. Name a running Kafka cluster in the configuration: kafka: {brokers: ["host:port"]}.',
    ].join('\n'),
  )
}
