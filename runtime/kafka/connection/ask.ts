// Sends a broker a request that kafkajs does not know.

import { type AskedBroker, Decoder, Encoder } from './internals.ts'

export function ask<Answer>(
  broker: AskedBroker,
  question: {
    apiKey: number
    apiVersion: number
    apiName: string
    encode: (encoder: Encoder) => Encoder
    decode: (decoder: Decoder) => Answer
  },
): Promise<Answer> {
  const { decode, encode, ...request } = question
  return broker.connectionPool.send({
    request: { ...request, encode: async () => encode(new Encoder()) },
    // kafkajs looks into what was decoded, so it has to be an object.
    response: {
      decode: async bytes => ({ answer: decode(new Decoder(bytes)) }),
      parse: async ({ answer }) => answer,
    },
  })
}
