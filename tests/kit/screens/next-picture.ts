// The live picture of the console as a program reads it.

import type { Picture } from '@podpipe/operations/picture/picture.ts'

/**
 * The next picture of a console.
 * @param url where its page is
 */
export async function nextPicture(url: string): Promise<Picture> {
  const leaving = new AbortController()
  const response = await fetch(`${url}api/v1/live`, { signal: leaving.signal })
  let read = ''
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += part
    const [, picture] = /^data: (.*)\n/m.exec(read) ?? []
    if (picture === undefined) continue
    leaving.abort()
    return JSON.parse(picture) as Picture
  }
  throw new Error('the stream has ended without a picture')
}
