// Work that is done side by side, and waited for to its end.

/**
 * Waits until all have ended, also when one fails: what still ran would meet connections that are closed by then.
 * @throws the first failure in the order of the list, once all have ended
 */
export async function allEnded<Value>(running: readonly Promise<Value>[]): Promise<Value[]> {
  const ended = await Promise.allSettled(running)
  return ended.map(each => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}
