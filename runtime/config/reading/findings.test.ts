import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { quoted, render } from './findings.ts'

test('findings come in the order of the file, and what is not in the file comes last', () => {
  const at = (line: number, column: number) => ({
    at: { line, column },
    path: 'p',
    text: `${line}.${column}`,
  })
  const outside = { at: 'environment variable X', path: '', text: 'no' }
  deepEqual(render('c.yaml', [outside, at(10, 1), outside, at(2, 9), at(2, 3)]), [
    'c.yaml:2:3 p: 2.3',
    'c.yaml:2:9 p: 2.9',
    'c.yaml:10:1 p: 10.1',
    'environment variable X: no',
    'environment variable X: no',
  ])
})

test('a finding is one line, whatever the file put into it', () => {
  const at = { line: 1, column: 1 }
  deepEqual(render('c', [{ at, path: 'a\nb', text: 'x\u001b[31m' }]), ['c:1:1 a b: x [31m'])
})

test('a long value is cut', () => equal(quoted('x'.repeat(100)).length, 80))
