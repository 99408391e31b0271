#!/usr/bin/env node
// The door: finds a Node that runs TypeScript as it is, and hands over to main.ts.
// This file is JavaScript, so that an older Node can read it and say what is wrong.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const needed = 24
const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import(main)
} else if (existsSync(own)) {
  // `npm ci` has brought the right one. Signals go to both; this process only waits.
  const child = spawn(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
} else {
  process.stderr.write(
    `podpipe: this is Node ${process.versions.node} and podpipe needs ${needed} or newer. Run \`npm ci\` in the project, which brings one, or install Node ${needed}.\n`,
  )
  process.exit(78)
}
