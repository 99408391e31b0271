// A reporter of Node's test runner that names what was skipped, and why: dots do not tell.

import type { TestEvent } from 'node:test/reporters'

export default async function* skipped(events: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  for await (const { type, data } of events)
    if (type === 'test:pass' && typeof data.skip === 'string') yield `\nskipped: ${data.name}: ${data.skip}\n`
}
