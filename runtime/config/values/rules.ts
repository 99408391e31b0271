// What each format takes, in words for the generated page and as JSON Schema for editors. Pure.
// The formats themselves say no more strictly than this what is good: an editor that is content is no promise.

import type { FormatName, Limits } from './formats.ts'

/** A piece of JSON Schema. */
export type Json = { readonly [key: string]: unknown }

interface Rule {
  readonly words: (limits: Limits) => string
  readonly json: (limits: Limits) => Json
}

const text = (words: string, more: Json = {}): Rule => ({
  words: () => words,
  json: () => ({ type: 'string', ...more }),
})

// Digits in quotes are a number to podpipe, and digits alone are a text where one is wanted.
const digits = { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]+)?$' }

// In any case, as YAML had it: editors know no flag for that.
const yesOrNo = `^(${['true', 'false', 'yes', 'no', 'on', 'off'].map(inAnyCase).join('|')})$`

const hostsAndPorts: Rule = {
  words: () => 'list of `host:port`',
  json: () => ({ anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }] }),
}

/** What may stand in place of any value: a variable of the environment, whose content no editor knows. */
export const variable = { type: 'string', pattern: '\\$\\{' }

export const rules: Record<FormatName, Rule> = {
  text: {
    words: ({ minLength, maxLength }) =>
      maxLength === undefined ? 'text' : `text of ${minLength} to ${maxLength} characters`,
    json: ({ minLength, maxLength }) => ({
      type: ['string', 'number'],
      ...(maxLength === undefined ? {} : { minLength, maxLength }),
    }),
  },
  token: { words: () => 'text without blanks', json: () => ({ type: ['string', 'number'] }) },
  tokens: {
    words: () => 'text without blanks, or several with a blank or a line end between them',
    json: () => ({ type: 'string' }),
  },
  word: text('letters, digits, `.`, `_` and `-`', { pattern: '^[A-Za-z0-9._-]{1,100}$' }),
  yesNo: {
    words: () => '`true` or `false`',
    json: () => ({ anyOf: [{ type: 'boolean' }, { type: 'string', pattern: yesOrNo }] }),
  },
  whole: {
    words: ({ min, max }) => `whole number, ${min} to ${max}`,
    json: ({ min, max }) => ({ anyOf: [{ type: 'integer', minimum: min, maximum: max }, digits] }),
  },
  seconds: {
    words: ({ min, max }) => `seconds, ${min} to ${max}, also in quotes`,
    json: ({ min, max }) => ({ anyOf: [{ type: 'number', minimum: min, maximum: max }, digits] }),
  },
  duration: {
    words: ({ min, max }) => `duration, ${min} to ${max}`,
    json: () => ({ type: 'string', pattern: '^[0-9]+(\\.[0-9]+)? ?(ms|s|m|h|d)$' }),
  },
  size: {
    words: ({ min, max }) => `size, ${min} to ${max}`,
    json: () => ({
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)? ?(B|KiB|MiB|GiB)?$' },
      ],
    }),
  },
  share: { words: () => 'number', json: () => ({ anyOf: [{ type: 'number' }, digits] }) },
  names: {
    words: () => 'list of names',
    json: () => ({ anyOf: [{ type: 'array', items: { type: 'string' }, minItems: 1 }, { type: 'string' }] }),
  },
  choice: {
    words: ({ choices = [] }) => choices.map(choice => `\`${choice}\``).join(', '),
    json: ({ choices }) => ({ enum: choices }),
  },
  address: text('host name or IP address'),
  hostField: text('host name'),
  tag: text('levels of letters, digits, `_` and `-` between dots, 3 at least', {
    pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){2,}$',
  }),
  url: text('`wss://` URL without query and fragment', { pattern: '^wss?://[^?#]+$' }),
  proxy: text('`http://` or `https://` URL', { pattern: '^https?://' }),
  startTime: text(
    '`2024-05-22T12:00:00Z`, or with an offset such as `-0700` or `-07:00`; not in the future',
    {
      pattern:
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:?[0-9]{2})$',
    },
  ),
  fieldName: text('letters, digits, `.`, `_`, `-`, `@` and `$`', { pattern: '^[A-Za-z0-9._@$-]{1,100}$' }),
  prefix: text('letters, digits, `.`, `_` and `-`', { pattern: '^[A-Za-z0-9._-]{1,200}$' }),
  heap: text('such as `512m` or `2g`', { pattern: '^[1-9][0-9]*[kKmMgG]$' }),
  brokers: hostsAndPorts,
  places: hostsAndPorts,
  networks: {
    words: () => 'list of addresses or networks',
    json: () => ({ anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }] }),
  },
  passwordHash: text('hash of a password', { pattern: '^\\$scrypt\\$' }),
  headerName: text('name of a header', { pattern: '^[A-Za-z0-9-]{1,100}$' }),
  webUrl: text('`https://` URL', { pattern: '^https?://' }),
  basePath: text('path', { pattern: '^/' }),
}

function inAnyCase(word: string): string {
  return word.replaceAll(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`)
}
