// A process that owns an embedded broker, so that a test can kill the owner.
// Usage: node embedded-owner.ts DIRECTORY. Prints one JSON line when the broker serves, stops on SIGTERM.

import { startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { createLog } from '@podpipe/runtime/log.ts'

const [directory = ''] = process.argv.slice(2)
const log = createLog('owner', 'silent')
const broker = await startEmbeddedBroker({ directory, log, heap: '128m', profile: 'test' })
process.once('SIGTERM', () => broker.stop())
process.once('SIGUSR2', () => process.exit(0)) // the end of a process that forgets its broker
// Last: whoever reads this may send a signal at once.
console.log(JSON.stringify({ brokers: broker.brokers, pid: broker.pid }))
