// The bytes of an event as a person reads them. Pure.

/** Bytes as a hex dump: where, sixteen bytes, and what of them are letters. */
export function hexOf(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)]
    const pairs = line.map(byte => byte.toString(16).padStart(2, '0'))
    const letters = line.map(byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
    const hex = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(49)} |${letters.join('')}|`)
  }
  return lines.join('\n')
}

export const bytesIn = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))

/** JSON with its parts on lines of their own; undefined where the text is none. */
export function formatted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : undefined
  } catch {
    return undefined
  }
}
