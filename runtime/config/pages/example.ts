// The example of a configuration, from the schema: the vendor's sample, with every other key behind a `#`. Pure.

import {
  type EntryExample,
  type Item,
  isItem,
  type MapItem,
  type Shape,
  substitutesOf,
} from '../schema/shape.ts'
import { topLevelKeys } from '../schema/top-level.ts'

/** Lines of the example below one another; what is not shown stands behind a `#`, with all that is below it. */
interface Block {
  readonly isShown: boolean
  readonly lines: readonly Line[]
}

interface Line {
  readonly text: string
  readonly note?: string
}

/** Which keys of an entry are in the example, by their paths below it; undefined for all, in the vendor's values. */
type Only = EntryExample['only']

/** The example as it is in the repository and as \`podpipe config example\` prints it. */
export function exampleFile(): string {
  const blocks = Object.entries(topLevelKeys as Shape).flatMap(([key, entry]) => [
    ...separatorBefore(key),
    ...blockOf(key, entry, undefined, ''),
  ])
  return `${[...head, ...blocks.flatMap(linesOf).map(rendered)].join('\n')}\n`
}

const head = [
  '# yaml-language-server: $schema=./config.schema.json',
  "## podpipe's configuration: the vendor's config.yaml, with podpipe's own keys added; docs/configuration.md tells them all.",
  '## Fill in what stands in angle brackets. The keys behind "#" show their defaults or an example; remove the "#" to set one.',
  '## Files are looked for in certs/, beside the folder config/ that holds this file.',
  '## Durations: 250ms, 30s, 5m, 1h, 2d. Sizes: 64KiB, 16MiB, or plain bytes.',
]

const firstOwnKey = 'kafka'

function separatorBefore(key: string): Block[] {
  const empty = { isShown: true, lines: [{ text: '' }] }
  const title = { isShown: true, lines: [{ text: "## podpipe's own keys." }] }
  return key === firstOwnKey ? [empty, title, empty] : [empty]
}

/** @param path of the entry below the free name that \`only\` belongs to */
function blockOf(key: string, entry: Shape[string], only: Only, path: string): Block[] {
  const here = path === '' ? key : `${path}.${key}`
  if (!isItem(entry)) return groupOf(key, childrenOf(entry, only, here))
  if (entry.format === 'map') {
    const children = entry.examples.map(example => entryOf(entry, example))
    return isLeft(only, here) ? [] : groupOf(key, children)
  }
  return entry.format === 'ignored' || isLeft(only, here) ? [] : [valueBlock(key, entry, only?.[here])]
}

const isLeft = (only: Only, path: string): boolean => only !== undefined && !Object.hasOwn(only, path)

function childrenOf(shape: Shape, only: Only, path: string): Block[] {
  // A key that stands in for another one would be one too many; it is told in words only.
  const substitutes = Object.values(shape).flatMap(substitutesOf)
  return Object.entries(shape).flatMap(([key, entry]) => {
    const blocks = blockOf(key, entry, only, path)
    return substitutes.includes(key) ? blocks.map(asWords) : blocks
  })
}

const asWords = ({ lines }: Block): Block => ({
  isShown: true,
  lines: lines.map(({ text, note = '' }) => ({ text: `## ${text}`, note })),
})

function groupOf(key: string, children: readonly Block[]): Block[] {
  if (children.length === 0) return []
  const isShown = children.some(
    child => child.isShown && !child.lines.every(({ text }) => text.startsWith('##')),
  )
  return [under({ text: `${key}:` }, isShown, children)]
}

function entryOf({ kinds }: MapItem, { name, kind, isShown, only, doc = '' }: EntryExample): Block {
  const children = childrenOf(kinds[kind]?.keys ?? {}, only, '')
  const text = children.length === 0 ? `${name}: {}` : `${name}:`
  return under({ text, note: doc }, isShown, children)
}

function under(title: Line, isShown: boolean, children: readonly Block[]): Block {
  // Behind the `#` of the whole nothing below it needs one of its own.
  const lines = children.flatMap(child => (isShown ? linesOf(child) : child.lines))
  return { isShown, lines: [title, ...lines.map(deeper)] }
}

function valueBlock(key: string, item: Item, own: string | undefined): Block {
  const { sample, example, doc } = item
  const value = own ?? sample ?? example ?? spelled(item.default)
  return {
    isShown: sample !== undefined || own !== undefined,
    lines: [{ text: `${key}: ${value}`, note: doc.replace(/\.$/, '') }],
  }
}

const spelled = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value))

const deeper = (line: Line): Line => ({ ...line, text: `  ${line.text}` })

/** The lines of a block as they stand in a file in which what is above them is shown. */
const linesOf = ({ isShown, lines }: Block): readonly Line[] =>
  isShown ? lines : lines.map(line => ({ ...line, text: `# ${line.text}` }))

const noteColumn = 48

const rendered = ({ text, note = '' }: Line): string =>
  note === '' ? text : `${text.padEnd(noteColumn - 1)} # ${note}`
