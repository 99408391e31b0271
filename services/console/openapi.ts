// The API as an OpenAPI document, from the schemas of its routes: docs/openapi.json.

import { createMetrics } from '@podpipe/runtime/metrics/metrics.ts'
import type { Room } from './room.ts'
import { createServer } from './server.ts'

/** The document, as it is kept in the tree. Nobody asks the server that it is made from. */
export async function openapiText(): Promise<string> {
  const server = await createServer({
    metrics: createMetrics(),
    config: { console: { basePath: '/' }, kafka: { prefix: 'pod' } },
  } as Room)
  await server.ready()
  const text = `${JSON.stringify(server.swagger(), undefined, 2)}\n`
  await server.close()
  return text
}
