import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { homeOf, pathsFor } from './locate.ts'

for (const [name, paths] of [
  ['/etc/pod.yaml', ['/etc/pod.yaml']],
  ['config.yaml', ['/here/config.yaml', '/here/config/config.yaml', '/devo-collector/config/config.yaml']],
  ['config/config.yaml', ['/here/config/config.yaml', '/devo-collector/config/config.yaml']],
  ['./pod.yaml', ['/here/pod.yaml', '/devo-collector/pod.yaml']],
] as const) {
  test(`${name} is looked for where a person may mean it`, () => deepEqual(pathsFor(name, '/here'), paths))
}

test('in the container no path is named twice', () => {
  deepEqual(pathsFor('config.yaml', '/devo-collector'), [
    '/devo-collector/config.yaml',
    '/devo-collector/config/config.yaml',
  ])
})

test('certs and state are beside the folder config, or beside the file', () => {
  equal(homeOf('/devo-collector/config/config.yaml'), '/devo-collector')
  equal(homeOf('/pod/my.yaml'), '/pod')
})
