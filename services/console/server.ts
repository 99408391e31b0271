// The HTTP server of the console: the API under api/v1, the page beside it, one shape of error, the same headers on all.

import fastifyCookie from '@fastify/cookie'
import fastifySwagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { isWithin } from '@podpipe/runtime/config/values/networks.ts'
import { version } from '@podpipe/runtime/version.ts'
import fastify, { type FastifyInstance } from 'fastify'
import { guard } from './access/gate.ts'
import { resources } from './api/resources.ts'
import { refusalOf } from './errors.ts'
import { guardingHeaders } from './headers.ts'
import { observe } from './observe.ts'
import { servePage } from './page-files.ts'
import { refusalSchema } from './refusal.ts'
import type { Room } from './room.ts'
import { secureServer } from './secure-server.ts'

// A definition of a collector with its certificates takes some KiB.
const bodyLimit = 1024 * 1024

/** Makes the server; it listens nowhere yet. */
export async function createServer(room: Room): Promise<FastifyInstance> {
  const { basePath, publicUrl, tls } = room.config.console
  const server = fastify({
    bodyLimit,
    forceCloseConnections: true,
    trustProxy: address => isWithin(address, room.live.current.console.proxy.addresses),
    ...(tls !== undefined && { serverFactory: secureServer(tls, room) }),
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false } },
  })
  server.addSchema(refusalSchema)
  await server.register(fastifyCookie)
  await server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'podpipe console',
        version,
        description: 'What the console shows and does. Paths are relative to where the console is served.',
      },
    },
    refResolver: { buildLocalReference: json => String(json.$id) },
  })
  server.addHook('onRequest', async (_, reply) => void reply.headers(guardingHeaders))
  server.setErrorHandler((error, request, reply) => {
    const { status, body } = refusalOf(error, `${request.method} ${request.url.split('?')[0]}`, room.log)
    return reply.code(status).type('application/json').send(body)
  })
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      what: 'There is nothing here',
      where: `${request.method} ${request.url.split('?')[0]}`,
      why: 'the console has no such page and no such resource',
      fix: `Open ${basePath}; docs/openapi.json lists the resources.`,
    }),
  )
  await server.register(
    async api => {
      api.addHook('onSend', async (_, reply) => void reply.header('cache-control', 'no-store'))
      observe(api, room.metrics)
      guard(api, request => room.access.whoIs(request), publicUrl)
      for (const resource of resources) resource(api.withTypeProvider<TypeBoxTypeProvider>(), room)
    },
    { prefix: `${basePath}api/v1` },
  )
  await servePage(server, basePath)
  return server
}
