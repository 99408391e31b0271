// The made-up vocabulary of the simulated events: names, addresses, subjects, hosts. Pure.
// All domains and address ranges are the ones reserved for documentation.

import type { Random } from '../random.ts'

export const urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
export const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
export const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
export const hexDigits = '0123456789abcdef'

const people = [
  'ada',
  'bruno',
  'chen',
  'dalia',
  'emeka',
  'fatima',
  'goran',
  'hana',
  'ines',
  'jonas',
  'kim',
  'lea',
]
const surnames = [
  'almeida',
  'berg',
  'costa',
  'dubois',
  'evans',
  'fischer',
  'garcia',
  'hughes',
  'ito',
  'jansen',
]
const domains = ['example.com', 'example.net', 'example.org', 'mail.example.com', 'sales.example.org']
const words =
  'invoice meeting quarterly report update delivery reminder contract offer travel budget review release notes order'.split(
    ' ',
  )
/** Words that break whoever counts characters instead of bytes, or writes JSON anew. */
const foreignWords = [
  'Z\u00fcrich',
  '\u20ac 1.200',
  '\u65e5\u672c\u8a9e',
  'na\u00efve',
  '\u{1f4e7}',
  '\u0421\u0447\u0451\u0442',
]
const awkwardWords = [
  '"quoted"',
  'back\\slash',
  'tab\there',
  'line\nbreak',
  'carriage\rreturn',
  '\u0007bell',
  '</b>',
  '\u2028',
]

export interface Person {
  name: string
  address: string
}

/** A person with an address in a reserved domain. */
export function person(random: Random): Person {
  const first = random.pick(people)
  const last = random.pick(surnames)
  return { name: `${capital(first)} ${capital(last)}`, address: `${first}.${last}@${random.pick(domains)}` }
}

/** A subject of three to eight words; some hold non-ASCII or characters that JSON must escape. */
export function subject(random: Random): string {
  const chosen = Array.from({ length: 3 + random.below(6) }, () => random.pick(words))
  if (random.chance(0.15)) chosen.push(random.pick(foreignWords))
  if (random.chance(0.1)) chosen.push(random.pick(awkwardWords))
  return capital(chosen.join(' '))
}

/** An IPv4 address of a range reserved for documentation. */
export function ipAddress(random: Random): string {
  return `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${1 + random.below(254)}`
}

/** A mail host of a reserved domain. */
export function hostName(random: Random): string {
  return `mx${1 + random.below(40)}.${random.pick(domains)}`
}

/** The host name of a filtering node, as `pps.agent` carries it. */
export function agentName(random: Random): string {
  return `m0${100_000 + random.below(900_000)}.example.net`
}

/** A UUID of version 4. */
export function uuid(random: Random): string {
  const hex = random.text(hexDigits, 30)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18)}`
}

/** A sendmail queue id, 14 characters. */
export function queueId(random: Random): string {
  return `${random.text('0123456789', 2)}${random.text(alphanumerics, 4)}${random.text('0123456789', 8)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
