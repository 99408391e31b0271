// kafkajs with our encoder in place: the files of this folder take from here what they need of it, so that the
// encoder is there before kafkajs is loaded.

import './faster-kafkajs.ts'

export { AssignerProtocol, Kafka, logLevel, Partitioners } from 'kafkajs'
