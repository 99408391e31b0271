// The vendor's tables of parameters, row by row: the last good value of each rule and the first bad one, and what is said
// of it. Values stand as they would in the file.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { createPems, isSampleWarning, surroundings, vendorFile } from './fixture.ts'
import { interpret } from './interpret.ts'
import { jsonSchema } from './pages/json-schema.ts'
import { render } from './reading/findings.ts'
import { type Rule, rules } from './test-vendor-rules.ts'

const pems = await createPems()
const isGoodToEditors = new Ajv({ strict: false }).compile(jsonSchema())

/** Files under the names of the rules; a name of a certificate holds what the role of its key asks for. */
function around({ parameter }: Rule) {
  const role = parameter.split('.').at(-1)
  const pem = role === 'chain' ? pems.chain : role === 'cert' ? pems.cert : pems.key
  const names = ['a.p', 'a.pe', 'abcdefghijklmnop.crt', 'abcdefghijklmnopq.crt']
  return surroundings(pems, Object.fromEntries(names.map(name => [`/pod/certs/${name}`, pem])))
}

function read(rule: Rule, value: string) {
  const { line } = rule
  equal(vendorFile.includes(`${line}\n`), true, `the vendor's file has no line ${line}`)
  const start = line.slice(0, line.indexOf(':') + 1)
  const text = vendorFile.replace(line, () => `${start} ${value}`)
  const { findings } = interpret(text, around(rule))
  const column = line.length - line.trimStart().length + 1
  return {
    text,
    faults: render('c.yaml', findings.faults),
    warnings: render('c.yaml', findings.warnings).filter(
      each => !isSampleWarning(each) || each.includes(`${rule.parameter}: `),
    ),
    line: vendorFile.slice(0, vendorFile.indexOf(line)).split('\n').length,
    column,
  }
}

for (const rule of rules) {
  const { parameter, good, odd = [], bad } = rule
  for (const value of good) {
    test(`${parameter}: ${value || 'nothing'} is good`, () => {
      const { faults, warnings, text } = read(rule, value)
      deepEqual([faults, warnings], [[], []])
      equal(isGoodToEditors(parse(text)), true, JSON.stringify(isGoodToEditors.errors))
    })
  }
  for (const [value, expected] of odd) {
    test(`${parameter}: ${value} is good, and warned of once`, () => {
      const { faults, warnings } = read(rule, value)
      deepEqual([faults, warnings.length], [[], 1])
      match(warnings[0] ?? '', expected)
    })
  }
  for (const [value, expected] of bad) {
    test(`${parameter}: ${value || 'nothing'} is refused at its place`, () => {
      const { faults, line } = read(rule, value)
      equal(faults.length, 1, faults.join('\n'))
      equal(faults[0]?.startsWith(`c.yaml:${line}:`), true, faults[0])
      equal(faults[0]?.includes(` ${parameter}: `), true, faults[0])
      match(faults[0] ?? '', expected)
    })
  }
}

test('a service that was removed is not run, and no service at all is refused', () => {
  const without = vendorFile.slice(0, vendorFile.indexOf('      maillog:'))
  const { config, findings } = interpret(without, surroundings(pems))
  deepEqual(findings.faults, [])
  deepEqual(
    config?.inputs[0]?.services.map(({ service }) => service),
    ['message'],
  )
  const none = vendorFile.slice(0, vendorFile.indexOf('      message:'))
  const [fault] = render('c.yaml', interpret(none, surroundings(pems)).findings.faults)
  match(fault ?? '', /^c\.yaml:27:5 inputs\.proofpoint_on_demand\.services: has no value; /)
  const empty = `${none.trimEnd()} {}\n`
  const [other] = render('c.yaml', interpret(empty, surroundings(pems)).findings.faults)
  match(other ?? '', /^c\.yaml:27:\d+ .*services: has no service; .*message, maillog, audit/)
})
