// Viewers of the console, as far as it can tell: streams of its live picture that are read.

export interface Viewers {
  /** Ends all; how many pictures they have seen together. */
  close(): number
}

/** Opens so many streams; resolves when each has had its first bytes. */
export async function openViewers(url: string, count: number, signal: AbortSignal): Promise<Viewers> {
  const leaving = new AbortController()
  let pictures = 0
  await Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(`${url}api/v1/live`, { signal: AbortSignal.any([signal, leaving.signal]) })
      if (!response.ok || response.body === null)
        throw new Error(`The console answered with ${response.status}.`)
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      await reader.read()
      const follow = async (): Promise<void> => {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return
          pictures += value.split('data: ').length - 1
        }
      }
      follow().catch(() => undefined)
    }),
  )
  return {
    close() {
      leaving.abort()
      return pictures
    },
  }
}
