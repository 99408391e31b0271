// Gets what the end-to-end tests begin with, Kafka's jars and the file of Java's classes, while something else goes on.

import { hastenJava } from './kit/brokers/class-archive.ts'

await hastenJava(process.env)
