// The container engine of this machine, if there is one that can do what these tests need.

import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { eventually } from '../kit/eventually.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Why nothing can be run in containers here; undefined where it can. */
export const noEngine = lackOf()

function lackOf(): string | undefined {
  // Said by whoever knows better, such as .ci/run where its own engine was not ready in time.
  if (process.env.NO_ENGINE) return process.env.NO_ENGINE
  const answers = (...args: string[]): boolean => faultOf(args, 20_000) === undefined
  if (!answers('info')) return 'no container engine answers; deploy/ci/install-engine.sh installs one'
  if (!answers('compose', 'version'))
    return 'the engine has no compose; deploy/ci/install-engine.sh installs it'
  for (const image of ['node:24-bookworm-slim', 'debian:bookworm-slim', 'apache/kafka:4.3.1']) {
    if (!answers('image', 'inspect', image) && !answers('pull', '--quiet', image))
      return `the image ${image} is not here and cannot be pulled; deploy/ci/base-images.sh makes it`
  }
  // One without iptables or a file system of layers answers all of that, and runs nothing.
  const fault = faultOf(['run', '--rm', '--publish', '127.0.0.1::80', 'debian:bookworm-slim', 'true'], 60_000)
  return fault && `the engine answers and cannot run a container with a port: ${fault}`
}

/** Why `docker ARGS` fails or does not end within so many ms; undefined where it does what it should. */
function faultOf(args: readonly string[], timeout: number): string | undefined {
  const { status, stderr, error } = spawnSync('docker', args, { timeout, encoding: 'utf8' })
  if (status === 0) return undefined
  return stderr?.trim().split('\n').at(-1) || error?.message || `exit code ${status}`
}

/**
 * Runs `docker ARGS` in the project's folder and returns what it printed.
 * @throws with its last words when it fails
 */
export function docker(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 256 * 1024 ** 2 }
    execFile('docker', args, options, (error, out, err) => {
      if (error === null) resolve(out)
      else reject(new Error(`docker ${args.join(' ')}: ${err.trim().split('\n').slice(-12).join('\n')}`))
    })
  })
}

/** Runs a piece of JavaScript in a container, in its own Node, and returns what it printed. */
export const script = (container: string, code: string): Promise<string> =>
  docker(['exec', container, 'node', '-e', code])

/** Asks or tells a simulator in a container; its control is served on its own loopback only. */
export async function control(
  container: string,
  port: number,
  path: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<string> {
  const url = `http://127.0.0.1:${port}/${path}`
  return script(
    container,
    `fetch('${url}', { method: '${method}' }).then(answer => answer.text()).then(text => process.stdout.write(text))`,
  )
}

/**
 * Kills the podpipe in a container as a crash would: from inside, so that the engine starts it again. Resolves when it has.
 * Whoever kills there dies with the container, mostly before he can say that it is done.
 */
export async function killInside(container: string, command: string): Promise<void> {
  const startedAt = (): Promise<string> =>
    docker(['inspect', '--format', '{{.State.Running}} {{.State.StartedAt}}', container])
  const before = await startedAt()
  const code = `const { readdirSync, readFileSync } = require('node:fs')
    for (const pid of readdirSync('/proc')) {
      if (!/^[0-9]+$/.test(pid) || pid === '1' || Number(pid) === process.pid) continue
      let words = ''
      try { words = readFileSync('/proc/' + pid + '/cmdline', 'utf8').replaceAll('\\0', ' ') } catch {}
      if (words.includes('main.ts ${command}')) process.kill(Number(pid), 'SIGKILL')
    }`
  await docker(['exec', '--detach', container, 'node', '-e', code])
  await eventually(`${container} is started again`, async () => {
    const now = await startedAt()
    return now.startsWith('true') && now !== before ? true : undefined
  })
}
