// One `audit` event: what an administrator did. Pure.

import type { Random } from '../random.ts'
import { formatTime } from '../times.ts'
import { ipAddress, person, uuid } from './words.ts'

const actions = [
  { action: 'login', category: 'authorization', detail: 'Sign in with single sign-on from the browser' },
  { action: 'logout', category: 'authorization', detail: 'Session ended by the user after normal work' },
  {
    action: 'create',
    category: 'threatProtectionApiKeys',
    detail: 'Create new key with the name "archive r\u00e9serve"',
  },
  { action: 'edit', category: 'policyRoutes', detail: 'Change route default_inbound: add host of partner' },
  {
    action: 'delete',
    category: 'quarantineFolders',
    detail: 'Remove folder "Old \\ Bulk" with all its rules',
  },
] as const

/**
 * Makes an audit event as a plain object; its time is in UTC.
 * @param at its time, milliseconds since 1970
 */
export function audit(random: Random, at: number, cluster: string): Record<string, unknown> {
  const { action, category, detail } = random.pick(actions)
  return {
    audit: {
      action,
      level: 'INFO',
      resourceType: category === 'authorization' ? category : 'config',
      tags: [
        { name: 'eventSubCategory', value: category },
        { name: 'eventDetails', value: detail },
        { name: `${action}.${category}`, value: 'true' },
      ],
      user: { email: person(random).address, id: uuid(random), ipAddress: ipAddress(random) },
    },
    guid: uuid(random),
    metadata: {
      customerId: uuid(random),
      origin: {
        data: { agent: ipAddress(random), cid: cluster, version: '1.0' },
        schemaVersion: '1.0',
        type: 'cadmin-api-gateway',
      },
    },
    ts: formatTime(at, random.below(1000), 0),
  }
}
