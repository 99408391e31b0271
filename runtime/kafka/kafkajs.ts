// kafkajs with our encoder in place: the files of this folder take from here what they need of it, so that the
// encoder is there before kafkajs is loaded.

import './encoding/faster-kafkajs.ts'
import kafkajs from 'kafkajs'

export { AssignerProtocol, Kafka, logLevel, Partitioners } from 'kafkajs'

// Node does not see the names of these in kafkajs's module.
export const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs
