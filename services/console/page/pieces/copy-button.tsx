// Puts a text where it can be pasted from, and says that it did. A browser allows that on this machine and over TLS; elsewhere
// nothing is offered.

import { useEffect, useState } from 'preact/hooks'

const saidForMs = 1_500

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = setTimeout(() => setIsCopied(false), saidForMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  if (!isSecureContext) return null
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setIsCopied(true),
      () => undefined,
    )
  }
  return (
    <button type="button" class="copy" aria-label={`Copy ${what}`} onClick={copy}>
      <span role="status">{isCopied ? '✓ copied' : 'Copy'}</span>
    </button>
  )
}
