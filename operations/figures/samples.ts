// Metrics as a service prints them, read back. Pure.

export interface Sample {
  readonly name: string
  /** Its name with its labels, as it was printed. */
  readonly series: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^(([a-zA-Z_:][\w:]*)(?:\{(.*)\})?) (\S+)$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' }

/**
 * Reads Prometheus's text format, version 0.0.4; what is no sample is passed over.
 * @param isWanted of a line; most of what a service prints are its histograms and what Node tells of itself
 */
export function samplesIn(text: string, isWanted: (line: string) => boolean = () => true): Sample[] {
  return text.split('\n').flatMap(each => {
    if (!isWanted(each)) return []
    const [, series = '', name = '', labels = '', value] = line.exec(each) ?? []
    if (name === '') return []
    const pairs = [...labels.matchAll(label)].map(([, key = '', shown = '']): [string, string] => [
      key,
      shown.replaceAll(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped),
    ])
    return [{ name, series, labels: Object.fromEntries(pairs), value: Number(value) }]
  })
}
