// A sentence of podpipe, with what stands in backticks in it as code.

export function Said({ text }: { text: string }) {
  return <>{text.split('`').map((part, at) => (at % 2 === 0 ? part : <code key={at}>{part}</code>))}</>
}
