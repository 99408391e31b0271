// `podpipe topics plan --acls` and `apply --acls`: the rights that podpipe needs in a Kafka with an authorizer.

import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { addRights } from '@podpipe/runtime/kafka/administration/acls.ts'
import {
  aclCommand,
  type Grant,
  grantsOf,
  principalOf,
  type Right,
  rightsOf,
  rolePlace,
} from '@podpipe/schemas/access.ts'
import { Option } from 'commander'
import { withRunningKafka } from '../with-running-kafka.ts'

export interface AclOptions {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
  readonly principal: string
  readonly commands?: boolean
}

/** One line of the plan as `-o json` prints it. */
export interface PlannedGrant extends Grant {
  readonly principal: string
  /** What gives it. */
  readonly command: string
}

export const aclsOption = (): Option =>
  new Option('--acls', 'the rights of the services instead of the topics, for a Kafka with an authorizer')

export const principalOption = (): Option =>
  new Option(
    '--principal <pattern>',
    `with --acls: the user of each role, or one for all without ${rolePlace}`,
  ).default(`User:podpipe-${rolePlace}`)

export const commandsOption = (): Option =>
  new Option(
    '--commands',
    "with --acls: as commands of Kafka's own kafka-acls.sh, for whoever may give rights",
  )

/** Prints the table; asks nobody, so it can be had before there is any right. */
export function planAcls({ config: file, output, principal, commands = false }: AclOptions): void {
  const { kafka } = readConfig(file, process.env)
  const planned = plannedOf(kafka.prefix, kafka.brokers[0] ?? '$BROKER', patternOf(principal))
  if (output === 'json') process.stdout.write(`${JSON.stringify(planned)}\n`)
  else process.stdout.write((commands ? commandsOf(planned) : tableOf(planned)).join(''))
}

/** Adds what is missing. */
export async function applyAcls({ config: file, output, principal }: AclOptions): Promise<void> {
  const config = readConfig(file, process.env)
  const { brokers, prefix } = config.kafka
  if (brokers.length === 0) {
    throw new ConfigurationError(
      "podpipe's own Kafka listens on this machine only and keeps no rights. Name a cluster under kafka.brokers, or leave --acls out.",
    )
  }
  const rights = rightsOf(grantsOf(prefix), patternOf(principal))
  await withRunningKafka(config, 'topics', async client => {
    const added = await addRights(client, rights)
    const isAdded = new Set(added)
    const shown = rights.map(right => ({ ...right, change: isAdded.has(right) ? 'added' : 'none' }))
    if (output === 'json') process.stdout.write(`${JSON.stringify(shown)}\n`)
    else
      process.stdout.write(
        shown.map(each => `${lineOf(each)} ${each.change === 'added' ? 'added' : 'was there'}\n`).join(''),
      )
  })
}

/** The table with users and commands. Pure. */
export const plannedOf = (prefix: string, broker: string, pattern: string): PlannedGrant[] =>
  grantsOf(prefix).map(grant => {
    const principal = principalOf(pattern, grant.role)
    return { ...grant, principal, command: aclCommand(broker, principal, grant.operations, grant) }
  })

/** @throws ConfigurationError for what Kafka would not take for a user */
function patternOf(principal: string): string {
  if (/^[A-Za-z]+:./.test(principal)) return principal
  throw new ConfigurationError(
    `--principal ${principal}: Kafka writes users with their kind in front. Write User:${principal}.`,
  )
}

const resourceOf = ({ on, name, isPrefix }: Pick<Grant, 'on' | 'name' | 'isPrefix'>): string =>
  `${on.replace('-', ' ')} ${name}${isPrefix ? '*' : ''}`

const lineOf = (right: Right): string =>
  `${right.principal.padEnd(24)} ${right.operation.padEnd(16)} ${resourceOf(right).padEnd(44)}`

const tableOf = (planned: readonly PlannedGrant[]): string[] =>
  planned.map(
    each =>
      `${each.principal.padEnd(24)} ${resourceOf(each).padEnd(44)} ${each.operations.join(', ')}\n${' '.repeat(25)}${each.role} ${each.why}\n`,
  )

const commandsOf = (planned: readonly PlannedGrant[]): string[] =>
  planned.map(({ role, why, command }) => `# ${role} ${why}\n${command}\n`)
