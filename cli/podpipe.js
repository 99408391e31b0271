#!/usr/bin/env node
// The door: finds a Node that runs TypeScript as it is, and hands over to main.ts.
// This file is JavaScript, so that an older Node can read it and say what is wrong.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'

const needed = 24
const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
const isNewEnough = Number(process.versions.node.split('.')[0]) >= needed

// Records pass through and are gone within milliseconds. With room for 16 MiB of new objects and more, V8 lets them
// lie for longer than that; with 4 a forwarder under load takes 240 MB instead of 320, at the same CPU an event
// (`npm run bench -- chain`, with and without). The services started from here inherit it.
// So little is looked through soonest by one thread: to wake helpers for it took the forwarder 1.5 us an event more, of 15
// (`npm run bench:forward`).
const flags = ['--max-semi-space-size=4', '--no-parallel-scavenge']

// The C library gives each thread an arena of its own and keeps what lies free in them; V8's threads take little. With
// one arena ingest takes some 15 MB less, at the same CPU (glibc only; others know nothing of this). And what was
// compiled once is kept beside the program, where that can be written to: without the compiler of TypeScript a forwarder
// at rest takes 103 MB instead of 127, and it starts sooner.
const compiled = fileURLToPath(new URL('../.podpipe/compiled', import.meta.url))
const env = { MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: compiled, ...process.env }

// A command that a person waits for has no use for any of this but the cache, and another process would cost it the time
// of a start.
const worksOn = ['run', 'replay', 'simulate'].includes(process.argv[2] ?? '')

if (isNewEnough && !worksOn) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? compiled)
  await import('./main.ts')
} else if (isNewEnough || existsSync(own)) {
  handOver(isNewEnough ? process.execPath : own)
} else {
  process.stderr.write(
    `podpipe: this is Node ${process.versions.node} and podpipe needs ${needed} or newer. Run \`npm ci\` in the project, which brings one, or install Node ${needed}.\n`,
  )
  process.exit(78)
}

/** @param {string} node */
function handOver(node) {
  const args = [...process.execArgv, ...flags, main, ...process.argv.slice(2)]
  // Becomes the other one, under the same process id; where that is not to be had, waits for it as its parent.
  if (process.execve !== undefined) process.execve(node, [node, ...args], env)
  const child = spawn(node, args, { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
