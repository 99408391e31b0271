// The page as it was built: where it lies, and what is said where it does not.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Where `npm run build` puts the page. */
export const builtPage = fileURLToPath(new URL('./page/dist', import.meta.url))

/** What to do where the page was not built; it is part of the image, and made at once in a clone. */
export const buildAdvice = 'The page of the console has not been built. Run: npm run build'

export const isBuilt = (): boolean => existsSync(`${builtPage}/index.html`)

/** Serves the page below `basePath`. Its parts bear a digest in their names and may be kept; the page itself is asked for anew. */
export async function servePage(server: FastifyInstance, basePath: string): Promise<void> {
  const [, name] = /^(?:.*\/)?([^/]+)\/$/.exec(basePath) ?? []
  // What people type. The place is told as seen from there, since only the browser knows the host and what a proxy has taken away.
  if (name !== undefined)
    server.get(basePath.slice(0, -1), { schema: { hide: true } }, (_, reply) => reply.redirect(`${name}/`))
  if (!isBuilt()) {
    const sayHow = (_: unknown, reply: FastifyReply): FastifyReply =>
      reply.code(503).type('text/plain; charset=utf-8').send(`${buildAdvice}, and reload this page.\n`)
    server.get(basePath, { schema: { hide: true } }, sayHow)
    return
  }
  await server.register(fastifyStatic, {
    root: builtPage,
    prefix: basePath,
    redirect: true,
    preCompressed: true,
    cacheControl: false,
    schemaHide: true,
    setHeaders(response, path) {
      const isDigested = path.includes('/assets/')
      response.header('cache-control', isDigested ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
