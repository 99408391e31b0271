import { deepEqual, doesNotMatch, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { render } from './findings.ts'

const around = surroundings(await createPems())
const open = '$' + '{'

function read(text: string, env: NodeJS.ProcessEnv) {
  const { config, findings } = interpret(text, { ...around, env })
  return { config, faults: render('c.yaml', findings.faults) }
}

const withPrefix = (value: string): string => `${vendorFile}kafka: {prefix: "${value}"}\n`

for (const [written, expected] of [
  [`${open}A}`, 'alpha'],
  [`x-${open}A}-${open}B2_}`, 'x-alpha-beta'],
  ['A', 'A'],
  ['$A', undefined],
] as const) {
  test(`${written} ${expected === undefined ? 'stays as it is' : `is ${expected}`}`, () => {
    const { config, faults } = read(withPrefix(written), { A: 'alpha', B2_: 'beta' })
    if (expected === undefined) equal(faults.length, 1)
    else deepEqual([config?.kafka.prefix, faults], [expected, []])
  })
}

test('two dollars and a bracket are the characters themselves', () => {
  const { config } = read(
    vendorFile.replace('canary-secret-key', () => `k$${open}A}`),
    {},
  )
  equal(config?.inputs[0]?.apiKey, `k${open}A}`)
})

test('a variable may hold a number, a yes or no, and an item of a list', () => {
  const text = `${vendorFile}kafka: {brokers: ["${open}K}:1"], partitions: "${open}N}"}\n`.replace(
    'debug: false',
    `debug: ${open}D}`,
  )
  const { config, faults } = read(text, { K: 'k', N: '7', D: 'true' })
  deepEqual(faults, [])
  deepEqual([config?.kafka.brokers, config?.kafka.partitions, config?.debug], [['k:1'], 7, true])
})

test('an empty variable counts as no value', () => {
  const { config, faults } = read(vendorFile.replace('start_time:', `start_time: ${open}S}`), { S: '' })
  deepEqual([config?.inputs[0]?.services[0]?.startTime, faults], [undefined, []])
  const [fault] = read(vendorFile.replace('canary-secret-key', `${open}S}`), { S: '' }).faults
  equal(
    fault?.startsWith(
      'c.yaml:25:7 inputs.proofpoint_on_demand.credentials.api_key: has no value, since S is empty;',
    ),
    true,
    fault,
  )
})

test('a variable that is not set is one fault at its line, wherever it is', () => {
  for (const text of [
    vendorFile.replace('canary-secret-key', `${open}NO}`),
    withPrefix(`${open}NO}`),
    `${vendorFile}kafka: {brokers: ["${open}NO}"]}\n`,
    vendorFile.replace('devo_platform', `${open}NO}`),
    vendorFile.replace('environment: prod', `environment: ${open}NO}`),
  ]) {
    const { faults } = read(text, {})
    equal(faults.length, 1, faults.join('\n'))
    equal(
      /^c\.yaml:\d+:\d+ \S+: the environment variable "NO" is not set; /.test(faults[0] ?? ''),
      true,
      faults[0],
    )
  }
})

test('what is no name of a variable is a fault that does not show it', () => {
  for (const written of [`${open}canary:-x}`, `${open}canary`, `${open}}`]) {
    const { faults } = read(withPrefix(written), { canary: 'x' })
    equal(faults.length, 1, faults.join('\n'))
    doesNotMatch(faults.join(), /canary/)
  }
})

test('what a variable holds is in no message', () => {
  const { faults } = read(withPrefix(`${open}P}`), { P: 'canary canary' })
  equal(faults.length, 1)
  doesNotMatch(faults.join(), /canary/)
})
