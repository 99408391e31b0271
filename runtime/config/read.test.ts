import { deepEqual, doesNotMatch, equal, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { ConfigurationError } from '../errors.ts'
import { ConfigurationFaults } from './faults.ts'
import { createFolder, createPems, isSampleWarning, secret, vendorFile } from './fixture.ts'
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
  deepEqual(
    config.warnings.filter(each => !isSampleWarning(each)),
    [],
  )
})

test('no service can change the configuration of another', t => {
  const config = readConfig(createFolder(t, pems), {})
  for (const part of [config, config.kafka.brokers, config.inputs[0], config.http.ports]) {
    equal(Object.isFrozen(part), true)
  }
})

test('every fault is a line that starts with the place and ends with what, and below it what to do', t => {
  const file = createFolder(t, pems, vendorFile.replace('443', 'x').replace('maillog:', 'mailog:'))
  equal(
    refusal(file),
    `${file}:14:13 outputs.devo_1.config.port: must be a whole number from 1 to 65535 (found "x")
    write digits only
${file}:33:7 inputs.proofpoint_on_demand.services.mailog: unknown service "mailog"
    known services: message, maillog, audit; did you mean "maillog"?`,
  )
})

test('a program gets every fault taken apart', t => {
  const file = createFolder(t, pems, vendorFile.replace('443', 'x'))
  throws(
    () => readConfig(file, {}),
    (error: unknown) => {
      deepEqual(error instanceof ConfigurationFaults && error.faults, [
        {
          file,
          line: 14,
          column: 13,
          key: 'outputs.devo_1.config.port',
          what: 'must be a whole number from 1 to 65535 (found "x")',
          advice: 'write digits only',
          text: `${file}:14:13 outputs.devo_1.config.port: must be a whole number from 1 to 65535 (found "x")\n    write digits only`,
        },
      ])
      return true
    },
  )
})

test('a file that is not there is named with the place that was looked at', t => {
  const file = join(dirname(createFolder(t, pems)), 'other.yaml')
  startsWith(refusal(file), `${file}: there is no such file\n    podpipe looked for ${file};`)
})

test('a folder in place of the file is explained', t => {
  const folder = dirname(createFolder(t, pems))
  startsWith(refusal(folder), `${folder}: this is a folder\n`)
})

test('a file of other bytes than text is explained', t => {
  const file = createFolder(t, pems)
  writeFileSync(file, Buffer.from(vendorFile, 'utf16le').fill(0xff, 0, 1))
  startsWith(refusal(file), `${file}: the file is not UTF-8 text, but UTF-16 or binary\n`)
})

test('a file that is far too large is not read', t => {
  const file = createFolder(t, pems)
  truncateSync(file, 2 * 1024 ** 2)
  startsWith(refusal(file), `${file}: the file has 2097152 bytes`)
})

test('10 MB are not read', t => {
  const file = createFolder(t, pems)
  truncateSync(file, 10_000_000)
  startsWith(refusal(file), `${file}: the file has 10000000 bytes`)
})

test('a byte that is no UTF-8 is named with its place', t => {
  const file = createFolder(t, pems)
  writeFileSync(file, Buffer.from(vendorFile.replace('not_used', 'n\xe9'), 'latin1'))
  startsWith(refusal(file), `${file}:3:8: the file is not UTF-8 text from here on\n`)
})

test('an empty file, and one of comments, are explained', t => {
  const file = createFolder(t, pems, '')
  startsWith(refusal(file), `${file}:1:1: the file is empty\n`)
  writeFileSync(file, '# nothing\n')
  startsWith(refusal(file), `${file}:1:1: the file is empty\n`)
})

test('a byte order mark and the line ends of Windows are no obstacle', t => {
  const file = createFolder(t, pems, `\ufeff${vendorFile.replaceAll('\n', '\r\n')}`)
  equal(readConfig(file, {}).inputs[0]?.cluster, 'acme_hosted')
})

test('a pipe to which nobody writes is explained and not waited for', t => {
  const file = createFolder(t, pems)
  const pipe = join(dirname(file), 'pipe.yaml')
  spawnSync('mkfifo', [pipe])
  startsWith(refusal(pipe), `${pipe}: this is a pipe,`)
  const key = join(dirname(dirname(file)), 'certs', 'acme.key')
  rmSync(key)
  spawnSync('mkfifo', [key])
  startsWith(
    refusal(file),
    `${file}:18:12 outputs.devo_1.config.key: the file ${key} cannot be read: it is a pipe,`,
  )
})

/** The vendor's file in two parts: the inputs as JSON, the rest as YAML. */
function inParts(t: TestContext): { yaml: string; json: string; text: string } {
  const [rest, inputs] = vendorFile.split('inputs:\n')
  const yaml = createFolder(t, pems, rest)
  const json = join(dirname(yaml), 'cloud.json')
  const text = JSON.stringify({ global_overrides: { debug: true }, ...parse(`inputs:\n${inputs}`) })
  writeFileSync(json, text)
  return { yaml, json, text }
}

test("the vendor's JSON and a file of outputs are read together, in whatever order they are named", t => {
  const { yaml, json } = inParts(t)
  for (const files of [
    [json, yaml],
    [yaml, json],
  ]) {
    const config = readConfig(files, {})
    deepEqual(config.files, files)
    equal(config.file, yaml)
    equal(config.logLevel, 'debug')
    equal(config.inputs[0]?.cluster, 'acme_hosted')
  }
})

test('the JSON may stand in the environment, and its mistakes are found there', t => {
  const { yaml, text } = inParts(t)
  const env = { PODPIPE_CONFIG_JSON: text }
  equal(readConfig(yaml, env).inputs[0]?.cluster, 'acme_hosted')
  const wrong = { PODPIPE_CONFIG_JSON: text.replace('"enabled":true', '"enabled":7') }
  throws(
    () => readConfig(yaml, wrong),
    /^ConfigurationError: PODPIPE_CONFIG_JSON:1:\d+ inputs.proofpoint_on_demand.enabled: /,
  )
})

test('where nothing is named at all, it says how to name it', () => {
  throws(() => readConfig(undefined, {}), /no configuration is named\n.*--config or CONFIG_FILE/)
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
  deepEqual(
    warnings.filter(each => !isSampleWarning(each)),
    [],
  )
})

test('no secret is in a message, whatever single line is missing, doubled or garbled', t => {
  const secondKey = `      backfill_api_key: ${secret}-2\n    proxy: http://u:${secret}-3@proxy.example:3128\n    environment:`
  const sasl = `kafka:\n  brokers: ["k:1"]\n  sasl:\n    mechanism: plain\n    username: u\n    password: ${secret}-4\n`
  const lines = `${vendorFile.replace('    environment:', secondKey)}${sasl}`.trimEnd().split('\n')
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
        doesNotMatch(readConfig(file, {}).warnings.join(), new RegExp(secret))
      } catch (error) {
        equal(error instanceof ConfigurationError, true, String(error))
        doesNotMatch((error as Error).message, new RegExp(secret))
      }
    }
  }
})
