// The live picture, as a stream of server-sent events: one a second, the same for everybody.

import { PassThrough } from 'node:stream'
import { Type } from 'typebox'
import { refusals } from '../refusal.ts'
import type { Resource } from './resources.ts'

// A viewer that reads nothing gets no more pictures until it has read what it was sent; each is whole in itself.
const maxBehindBytes = 1024 * 1024

// Its page then asks for another one at once, and is asked who it is.
const again = 'event: again\ndata:\n\n'

export const live: Resource = (api, { pictures, access, metrics }) => {
  api.get(
    '/live',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'live',
        summary: 'What flows, each second, as server-sent events',
        description: 'Each event holds one picture as JSON; keys are only ever added.',
        produces: ['text/event-stream'],
        response: { 200: Type.String({ description: 'server-sent events' }), ...refusals },
      },
    },
    (request, reply) => {
      const stream = new PassThrough()
      stream.write('retry: 1000\n\n')
      const leave = pictures.follow(text => {
        if (stream.writableLength < maxBehindBytes) stream.write(`data: ${text}\n\n`)
      })
      metrics.consoleViewers.set(pictures.viewers)
      const leaveStay = access.stays.follow(request.person, () => stream.end(again))
      // However it ends: the viewer goes, the connection breaks, the console stops, the right to it ends.
      request.raw.once('close', () => stream.destroy())
      stream.once('close', () => {
        leave()
        leaveStay()
        metrics.consoleViewers.set(pictures.viewers)
      })
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
    },
  )
}
