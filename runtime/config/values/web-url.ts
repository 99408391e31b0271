// An address of something on the web: of the console itself, or of who signs people in. Pure.

import { isLoopback } from './networks.ts'

/** What is wrong with it, or undefined. */
export function webUrlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL; write one such as https://podpipe.example.com/'
  const { protocol, hostname, username, password } = new URL(text)
  const isHere = isLoopback(hostname.replace(/^\[|\]$/g, ''))
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) {
    return 'is not https://, so that what people sign in with could be read on its way; write https://'
  }
  if (username !== '' || password !== '') return 'holds a user name or a password; remove it'
  return /[?#]/.test(text) ? 'holds a query or a fragment; end it before that' : undefined
}
