// The broker of the test run: run.ts starts it once and passes its address on.

/** @throws when a test file is run by itself: say where Kafka is, or use `npm test` */
export function testBrokers(): string[] {
  const brokers = process.env.KAFKA_BROKERS
  if (!brokers) {
    throw new Error(
      'KAFKA_BROKERS is not set. Run `npm run test:e2e`, which starts a broker, or name one as host:port.',
    )
  }
  return brokers.split(',')
}
