// The picture of the console of a stack, as somebody sees it who has signed in at its page.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { script } from './engine.ts'

/**
 * Signs in as the person of the demo and takes the first picture that has an account.
 * @param container the console's
 * @throws with the answer when the sign-in is refused, or with what the container says when no such picture comes
 */
export async function pictureIn(container: string): Promise<Picture> {
  return JSON.parse(await script(container, look))
}

/** Run in the container: the page listens on its own addresses only. */
const look = `
const api = 'http://127.0.0.1:8100/api/v1'
const person = { name: 'demo', password: 'podpipe-demo' }
const headers = { 'content-type': 'application/json', 'x-podpipe-console': '1' }
const look = async () => {
  const signedIn = await fetch(api + '/access', { method: 'POST', headers, body: JSON.stringify(person) })
  if (!signedIn.ok) throw new Error(await signedIn.text())
  const cookie = signedIn.headers.getSetCookie().map(each => each.split(';')[0]).join('; ')
  const live = await fetch(api + '/live', { headers: { cookie }, signal: AbortSignal.timeout(30000) })
  let text = ''
  for await (const piece of live.body.pipeThrough(new TextDecoderStream())) {
    text += piece
    const events = text.split('\\n\\n')
    text = events.pop()
    for (const event of events) {
      const [, data] = /^data: (.*)$/m.exec(event) ?? []
      if (data !== undefined && JSON.parse(data).account !== null) return data
    }
  }
  throw new Error('no picture came: ' + live.status)
}
look().then(data => process.stdout.write(data, () => process.exit()))
`
