import { deepEqual, doesNotMatch, equal, throws } from 'node:assert/strict'
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { ConfigurationError } from '../errors.ts'
import { createFolder, createPems, secret, vendorFile } from './fixture.ts'
import { readConfig } from './read.ts'

const pems = await createPems()

/** The message of the ConfigurationError that reading the file ends with. */
function refusal(file: string): string {
  let message = ''
  throws(
    () => readConfig(file, {}),
    (error: unknown) => {
      message = (error as Error).message
      return error instanceof ConfigurationError
    },
  )
  return message
}

const startsWith = (text: string, start: string) => equal(text.slice(0, start.length), start)

test("a folder in the vendor's layout is read, with absolute paths", t => {
  const file = createFolder(t, pems)
  const folder = dirname(dirname(file))
  const config = readConfig(file, {})
  equal(config.file, file)
  equal(config.directory, folder)
  equal(config.stateDirectory, join(folder, 'state'))
  const [output] = config.outputs
  equal(output?.kind === 'tls' && output.chain, join(folder, 'certs', 'chain.crt'))
  deepEqual(config.warnings, [])
})

test('no service can change the configuration of another', t => {
  const config = readConfig(createFolder(t, pems), {})
  for (const part of [config, config.kafka.brokers, config.inputs[0], config.http.ports]) {
    equal(Object.isFrozen(part), true)
  }
})

test('every fault is a line of its own that starts with the place', t => {
  const file = createFolder(t, pems, vendorFile.replace('443', 'x').replace('debug: false', 'debug: 7'))
  const lines = refusal(file).split('\n')
  equal(lines.length, 2)
  startsWith(lines[0] ?? '', `${file}:2:10 globals.debug: `)
  startsWith(lines[1] ?? '', `${file}:14:13 outputs.devo_1.config.port: `)
})

test('a file that is not there is named with the place that was looked at', t => {
  const file = join(dirname(createFolder(t, pems)), 'other.yaml')
  startsWith(refusal(file), `${file}: there is no such file; podpipe looked for ${file};`)
})

test('a folder in place of the file is explained', t => {
  const folder = dirname(createFolder(t, pems))
  startsWith(refusal(folder), `${folder}: this is a folder;`)
})

test('a file of other bytes than text is explained', t => {
  const file = createFolder(t, pems)
  writeFileSync(file, Buffer.from(vendorFile, 'utf16le').fill(0xff, 0, 1))
  startsWith(refusal(file), `${file}: the file is not UTF-8 text;`)
})

test('a file that is far too large is not read', t => {
  const file = createFolder(t, pems)
  truncateSync(file, 2 * 1024 ** 2)
  startsWith(refusal(file), `${file}: the file has 2097152 bytes`)
})

test('a folder in place of a certificate is explained', t => {
  const file = createFolder(t, pems)
  const cert = join(dirname(dirname(file)), 'certs', 'acme.crt')
  rmSync(cert)
  mkdirSync(cert)
  startsWith(
    refusal(file),
    `${file}:17:13 outputs.devo_1.config.cert: the file ${cert} cannot be read: it is`,
  )
})

test('whether a start_time lies in the future is judged by the time given', t => {
  const file = createFolder(t, pems, vendorFile.replace('start_time:', 'start_time: 2999-01-01T00:00:00Z'))
  startsWith(refusal(file), `${file}:30:21 inputs.proofpoint_on_demand.services.message.start_time: lies in`)
  const { warnings } = readConfig(file, {}, Date.parse('2999-01-02T00:00:00Z'))
  deepEqual(warnings, [])
})

test('the API keys are in no message, whatever single line is missing, doubled or garbled', t => {
  const secondKey = `      backfill_api_key: ${secret}-2\n    environment:`
  const lines = vendorFile.replace('    environment:', secondKey).trimEnd().split('\n')
  const file = createFolder(t, pems)
  for (const [index, line] of lines.entries()) {
    for (const edited of [
      [],
      [line, line],
      [line.replace(':', '')],
      [line.replace(': ', ':')],
      [`${line} x: y`],
    ]) {
      writeFileSync(file, lines.toSpliced(index, 1, ...edited).join('\n'))
      try {
        readConfig(file, {})
      } catch (error) {
        equal(error instanceof ConfigurationError, true, String(error))
        doesNotMatch((error as Error).message, new RegExp(secret))
      }
    }
  }
})
