// The Devo tag of a stream: dot separated levels, chosen by the service unless the file overrides it. Pure.

import type { Service } from '@podpipe/schemas/service.ts'

const longest = 1024

/** The vendor's tag for a service, or the override exactly as it stands in the file. */
export function tagOf(service: Service, override: string | undefined): string {
  return override ?? `mail.proofpoint.pod.${service}`
}

/** What is wrong with a tag, or undefined. Devo reads the first levels as technology, brand and type. */
export function tagFault(tag: string): string | undefined {
  if (tag.length > longest) return `has ${tag.length} characters and Devo takes ${longest}; shorten it`
  const levels = tag.split('.')
  const odd = levels.find(level => !/^[A-Za-z0-9_-]+$/.test(level))
  if (odd !== undefined) {
    return `has the level "${odd.slice(0, 40)}"; Devo takes letters, digits, _ and - between single dots; correct the tag`
  }
  if (levels.length < 3) {
    return `has ${levels.length} of at least 3 levels; Devo finds no table for it; write a tag such as mail.proofpoint.pod.message`
  }
  return undefined
}
