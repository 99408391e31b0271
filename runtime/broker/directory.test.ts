import { match } from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from './directory.ts'

const reader = { user: 1000, group: 1000 }

for (const [name, folder, expected] of [
  [
    'a folder of somebody else',
    { path: '/state', owner: 0, ownersRights: 0o7 },
    /^\/state belongs to user 0, and podpipe runs as user 1000\. .*chown -R 1000:1000 .*--user/,
  ],
  [
    'a folder of its own that nobody may write into',
    { path: '/state', owner: 1000, ownersRights: 0o5 },
    /^\/state is podpipe's own, .*chmod u\+rwx \/state/,
  ],
  [
    'a file system for reading only',
    { path: '/state', owner: 1000, ownersRights: 0o7 },
    /mounted for reading only: .*without :ro/,
  ],
  ['a folder that is nowhere', undefined, /^Give podpipe a persistence directory that it may write to\.$/],
] as const)
  test(name, () => match(adviceFor(folder, reader), expected))
