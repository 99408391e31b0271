// Containers start with what was compiled when the image was made: their root file system is read-only, so what is missing there is
// compiled at every start and at every health check, and costs both of them more time than all else.

import { deepEqual, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { noEngine } from './engine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

for (const [what, modules] of [
  ...['ingest', 'dedup', 'forwarder', 'console'].map(
    service =>
      [`podpipe run ${service}`, ['cli/main.ts', 'cli/run/run.ts', `services/${service}/main.ts`]] as const,
  ),
  ['podpipe health', ['cli/main.ts', 'cli/health/health.ts']],
] as const) {
  test(`nothing is compiled anew for ${what}`, { skip: noEngine ?? false }, () => {
    execFileSync('deploy/image.sh', { cwd: root })
    // With the flags of a service, which what is compiled has to fit.
    const flags = what.includes('run') ? '--max-semi-space-size=4 --no-parallel-scavenge' : ''
    const imports = modules.map(module => `import '/opt/podpipe/${module}'`).join('; ')
    const said = execFileSync(
      'sh',
      [
        '-c',
        `docker run --rm --network none --read-only --env NODE_COMPILE_CACHE=/opt/podpipe/.podpipe/compiled \
        --env NODE_DEBUG_NATIVE=COMPILE_CACHE --entrypoint node podpipe:latest ${flags} --input-type=module --eval "${imports}" 2>&1`,
      ],
      { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
    )
    const lines = said.split('\n').filter(line => line.includes(' file:///opt/podpipe/'))
    deepEqual(
      lines.filter(line => /\.\.\. no such file|was (?:not accepted|rejected)/.test(line)),
      [],
    )
    ok(lines.some(line => line.includes('was accepted')))
  })
}
