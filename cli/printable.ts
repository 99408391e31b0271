// Foreign text on its way to a terminal. Pure.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/g

/** Control characters of an event must not reach the terminal. */
export const printable = (text: string): string =>
  text.replaceAll(controls, each => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`)
