// HTTPS by the console itself, with files that are read again when they change.

import { readFileSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { ConsoleSettings } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { watchFiles } from '@podpipe/runtime/watched-files.ts'

type Files = NonNullable<ConsoleSettings['tls']>

const lookMs = 5_000

/** Makes a server that speaks TLS, for Fastify, which wants one that speaks HTTP by its type. */
export const secureServer =
  ({ cert, key }: Files, { log }: { readonly log: Log }) =>
  (handler: RequestListener): Server => {
    const read = () => {
      try {
        const pair = { cert: readFileSync(cert), key: readFileSync(key) }
        createSecureContext(pair)
        return pair
      } catch (error) {
        throw new ConfigurationError(reasonOf(error))
      }
    }
    const server = createServer({ ...read(), minVersion: 'TLSv1.2' }, handler)
    const watched = watchFiles({
      files: [cert, key],
      read,
      use: pair => server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' }),
      tellProblem: reason =>
        log.error(
          { files: [cert, key], reason },
          'the TLS files of the console cannot be used as they are now; it goes on with the last good ones. Put right console.tls; they are read again by themselves',
        ),
      tellGood: () => log.info({ files: [cert, key] }, 'the TLS files of the console are good again'),
    })
    const timer = setInterval(watched.look, lookMs)
    timer.unref()
    server.once('close', () => clearInterval(timer))
    // Both have the very interface that Fastify uses; @types/node just knows no common type of theirs.
    return server as unknown as Server
  }
