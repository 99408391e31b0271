// console: the page in the browser, and its API.
//
// in       what the services say of themselves, and Kafka
// out      the page and the API over HTTP
// state    none of its own
// failure  the page says what is away, and goes on when it is back; events flow without it

import type { EarlyService } from '@podpipe/runtime/service.ts'
import { requireSignIn } from './access/access.ts'
import { listen } from './listen.ts'
import { buildAdvice, isBuilt } from './page-files.ts'
import { createRoom } from './room.ts'
import { createServer } from './server.ts'

/** The console as a service: its page is there before Kafka is, to say so. */
export function createConsole(): EarlyService {
  let made: ReturnType<typeof createRoom> | undefined
  return {
    async open(early) {
      const { log, config } = early
      requireSignIn(config.console)
      made = createRoom(early)
      const server = await createServer(made.room)
      const address = await listen(server, config.console)
      log.info({ address }, 'the console is served')
      if (!isBuilt()) log.warn(`${buildAdvice}; until then only its API answers`)
      return { close: () => server.close() }
    },
    async work(context) {
      const { signal } = context.stop
      await made?.connect(context)
      if (!signal.aborted)
        await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
      await made?.disconnect()
    },
  }
}
