// Readers of the values that `podpipe simulate` takes. A bad value becomes commander's own error, which
// names the option.

import { InvalidArgumentError } from 'commander'

const eventTypes = ['message', 'maillog', 'audit', 'other']

/** A port, 0 to 65535. */
export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
  }
  return Number(text)
}

/** A whole number from 0 to a thousand million. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is needed, such as 5000.')
  return Number(text)
}

/** A share from 0 to 1. */
export function parseShare(text: string): number {
  const share = Number(text)
  if (text.trim() === '' || !(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError('A share is a number from 0 to 1, such as 0.1.')
  }
  return share
}

/** A total, or counts for single types. */
export function parseEvents(text: string): number | Record<string, number> {
  if (!text.includes('=')) return parseCount(text)
  const counts: Record<string, number> = {}
  for (const part of text.split(',')) {
    const [type = '', count = '', ...rest] = part.split('=')
    if (!eventTypes.includes(type) || rest.length > 0) {
      throw new InvalidArgumentError(`Write it like message=100,maillog=200,audit=5; "${part}" does not fit.`)
    }
    counts[type] = parseCount(count)
  }
  return counts
}

/** A further type of event: what it is called, and its fields for id and time. */
export function parseOtherType(text: string): { name: string; idField: string; timeField: string } {
  const [name = '', idField = 'guid', timeField = 'ts', ...rest] = text.split(':')
  if ([name, idField, timeField].includes('') || rest.length > 0) {
    throw new InvalidArgumentError('Write it like quarantine:qid:when, or quarantine for the usual fields.')
  }
  return { name, idField, timeField }
}
