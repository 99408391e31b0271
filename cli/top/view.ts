// What a person looks at, and what keys change of it. Pure.

export const orders = ['name', 'rate', 'lag'] as const

export type Order = (typeof orders)[number]

export interface View {
  readonly order: Order
  /** Only rows whose name has this in it. */
  readonly filter: string
  /** The filter is being typed. */
  readonly typing: boolean
  readonly paused: boolean
  /** The first line of the body that is shown. */
  readonly top: number
}

export const firstView: View = { order: 'name', filter: '', typing: false, paused: false, top: 0 }

const [interrupt, end, enter, lineFeed, escapeKey, backspace, erase] = [
  '\u0003',
  '\u0004',
  '\r',
  '\n',
  '\u001b',
  '\u007f',
  '\b',
]
const page = 10

/** @returns the view after a key, as a terminal in raw mode sends it; undefined to quit */
export function afterKey(view: View, key: string): View | undefined {
  if (key === interrupt || key === end) return undefined
  return view.typing ? typed(view, key) : commanded(view, key)
}

function typed(view: View, key: string): View {
  switch (key) {
    case enter:
    case lineFeed:
      return { ...view, typing: false }
    case escapeKey:
      return { ...view, typing: false, filter: '' }
    case backspace:
    case erase:
      return { ...view, filter: view.filter.slice(0, -1) }
    default:
      // Other keys send sequences that begin with an escape.
      return key.length === 1 && key >= ' ' ? { ...view, filter: view.filter + key, top: 0 } : view
  }
}

function commanded(view: View, key: string): View | undefined {
  switch (key) {
    case 'q':
      return undefined
    case 's':
      return { ...view, order: orders[(orders.indexOf(view.order) + 1) % orders.length] ?? 'name' }
    case '/':
      return { ...view, typing: true }
    case escapeKey:
      return { ...view, filter: '', top: 0 }
    case 'p':
      return { ...view, paused: !view.paused }
    case '\u001b[A':
    case 'k':
      return { ...view, top: Math.max(0, view.top - 1) }
    case '\u001b[B':
    case 'j':
      return { ...view, top: view.top + 1 }
    case '\u001b[5~':
      return { ...view, top: Math.max(0, view.top - page) }
    case '\u001b[6~':
      return { ...view, top: view.top + page }
    default:
      return view
  }
}

/** The keys in what a terminal has sent at once. */
export const keysIn = (text: string): string[] =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys begin with it
  text.match(/\u001b\[[0-9;]*[A-Za-z~]|[\s\S]/gu) ?? []
