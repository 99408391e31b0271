import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { findDescendant, parseMemory, parseTimes, readMemory, readTimes } from './proc.ts'

const fields = '42 (podpipe) S 7 42 42 0 -1 4194560 900 0 3 0 250 50 11 12 20 0 11 0 123456 700000 5000'

for (const [name, stat] of [
  ['a plain name', fields],
  ['a name with blanks and brackets', fields.replace('(podpipe)', '(a (b) c) R 1)')],
] as const) {
  test(`times are read from a line with ${name}`, () => {
    deepEqual(parseTimes(stat), { parent: 7, cpu: 3, startedAt: 1234.56 })
  })
}

test('memory is read in bytes', () => {
  const status = 'Name:\tnode\nVmPeak:\t 900000 kB\nVmHWM:\t  120000 kB\nVmRSS:\t   90000 kB\nThreads:\t11\n'
  deepEqual(parseMemory(status), { resident: 90_000 * 1024, peak: 120_000 * 1024 })
})

test('this process has a parent, used processor time and memory', () => {
  const { parent, cpu, startedAt } = readTimes(process.pid)
  equal(parent, process.ppid)
  ok(cpu > 0 && startedAt > 0)
  const { resident, peak } = readMemory(process.pid)
  ok(resident > 1_000_000 && peak >= resident)
})

test('a program is found below a shell that only names it in its own command line', async t => {
  const script = 'setInterval(() => undefined, 1000); console.log("up")'
  const shell = spawn('sh', ['-c', `"$0" -e '${script}' some/where/program.ts; true`, process.execPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const { pid: group = 0 } = shell
  t.after(async () => {
    const ended = once(shell, 'exit')
    process.kill(-group, 'SIGKILL')
    await ended
  })
  await once(shell.stdout, 'data')
  const found = findDescendant(process.pid, 'where/program.ts')
  ok(found !== undefined)
  equal(found.parent, shell.pid)
  equal(findDescendant(found.pid, 'where/program.ts'), undefined)
})
