import { equal, match, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createFolder, createPems, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { validateCommand } from './validate.ts'

const pems = await createPems()

/** What the command prints on standard output. */
async function printed(t: TestContext, ...args: string[]): Promise<string> {
  const write = t.mock.method(process.stdout, 'write', () => true)
  await validateCommand().parseAsync(args, { from: 'user' })
  const text = write.mock.calls.map(call => String(call.arguments[0])).join('')
  write.mock.restore()
  return text
}

test('a good file is described', async t => {
  const file = createFolder(t, pems)
  match(await printed(t, '--config', file), /is good\ninput proofpoint_on_demand: cluster acme_hosted\n/)
})

test('with -o json one object is printed', async t => {
  const file = createFolder(t, pems)
  const description = JSON.parse(await printed(t, '--config', file, '-o', 'json'))
  equal(description.file, file)
  equal(description.kafka.embedded, true)
})

test('a start_time in the future is a fault, and one from long ago a warning', async t => {
  const withStart = (time: string) => vendorFile.replace('start_time:', `start_time: ${time}`)
  await rejects(
    printed(t, '--config', createFolder(t, pems, withStart('2999-01-01T00:00:00Z'))),
    /in the future/,
  )
  match(
    await printed(t, '--config', createFolder(t, pems, withStart('2024-01-01T00:00:00Z'))),
    /from 2024-01-01T00:00:00Z on\n[\s\S]*warning: .*message.start_time: is clamped/,
  )
})

test('a faulty file ends as an error of configuration, with nothing printed', async t => {
  const file = createFolder(t, pems, vendorFile.replace('443', 'x'))
  await rejects(printed(t, '--config', file), ConfigurationError)
})
