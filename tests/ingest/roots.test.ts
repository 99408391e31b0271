// A server whose certificate comes from an authority that only `ca` names: real handshakes with the simulator.

import { equal, match, ok } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { liveAddress } from '@podpipe/ingest/address.ts'
import { createRoots } from '@podpipe/ingest/roots.ts'
import { afterSession, messageOf } from '@podpipe/ingest/session-end.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { openSession } from '../kit/chains/session.ts'

const authority = await createAuthority()
const stranger = await createAuthority('stranger')
const server = await authority.server()

/** Connects once, and closes when the session is open. */
async function connect(t: TestContext, roots: string | undefined) {
  const proofpoint = await startProofpoint({ certificates: { server } })
  atEnd(t, () => proofpoint.close())
  const address = liveAddress(`${proofpoint.url}/v1/stream`, 'simulated_hosted', 'message')
  const session = openSession(t, address, { roots })
  void session.opened.then(session.stop)
  return session.ended
}

test('a server of an authority that the system does not know is reached with it', async t => {
  equal((await connect(t, authority.chain)).kind, 'stopped')
})

for (const [name, roots] of [
  ['no further authority', undefined],
  ['another authority', stranger.chain],
] as const) {
  test(`with ${name} the server is refused, and what to do is said`, async t => {
    const end = await connect(t, roots)
    equal(end.kind, 'unreachable')
    match(
      messageOf(afterSession(end, 1, 60_000, 0)),
      /authority that this machine does not know.*under ca of the/,
    )
  })
}

test('the file is read at each connection, and what was read last is kept while it is no good', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'podpipe-roots-'))
  atEnd(t, () => rm(folder, { recursive: true }))
  const file = join(folder, 'ca.pem')
  const log = createLog('test', 'silent')
  const lines: string[] = []
  log.warn = (about: unknown) => void lines.push(JSON.stringify(about))
  const roots = createRoots(file, log)
  writeFileSync(file, stranger.chain)
  equal((await connect(t, roots())).kind, 'unreachable')
  writeFileSync(file, authority.chain)
  equal((await connect(t, roots())).kind, 'stopped')
  writeFileSync(file, 'being written')
  for (let each = 0; each < 2; each++) equal(roots(), authority.chain)
  equal(lines.length, 1)
  ok(lines[0]?.includes('holds no PEM certificate'))
})
