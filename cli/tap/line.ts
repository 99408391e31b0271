// A record of one of podpipe's topics as a line. Pure.

import { payloadOf, type Shown } from '@podpipe/operations/tap/shown.ts'
import { printable } from '../printable.ts'

/** One line: text for a person, JSON for a program, or nothing but the bytes. */
export function lineOf(
  { topic, partition, offset, time, fields, bytes }: Shown,
  form: 'text' | 'json' | 'payload',
): string {
  if (form === 'payload') return (bytes ?? Buffer.alloc(0)).toString().trimEnd()
  if (form === 'json')
    return JSON.stringify({ topic, partition, offset, time, ...fields, ...payloadOf(bytes) })
  const told = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
  const text = bytes === undefined ? '' : `  ${printable(bytes.toString().trimEnd())}`
  return `${time} ${topic} ${partition}/${offset} ${printable(told.join(' '))}${text}`
}
