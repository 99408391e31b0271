// Run when the image is made: refuses jars that are not those of deploy/kafka/jars.json.

import { differences, readJars } from '@podpipe/runtime/broker/jar-list.ts'

const faults = differences(process.argv[2] ?? '', readJars())
for (const fault of faults) process.stderr.write(`check-jars: ${fault}\n`)
if (faults.length > 0) process.exit(1)
