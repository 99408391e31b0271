import { deepEqual, match } from 'node:assert/strict'
import { test } from 'node:test'
import { roles } from '@podpipe/schemas/access.ts'
import { plannedOf } from './acls.ts'

test('every line of the plan has its user and the command that gives the right', () => {
  const planned = plannedOf('pod', 'kafka:9093', 'User:pp-{role}')
  deepEqual([...new Set(planned.map(({ role }) => role))], [...roles])
  for (const { principal, role, command, operations } of planned) {
    deepEqual(principal, `User:pp-${role}`)
    match(
      command,
      new RegExp(
        `^kafka-acls\\.sh --bootstrap-server kafka:9093 --add --allow-principal User:pp-${role} --operation ${operations[0]} `,
      ),
    )
  }
})
