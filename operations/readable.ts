// What is to be read of a topic that others write to as well, perhaps a later version: what cannot be read hides nothing else.

/** What a reading returns; undefined where it fails. */
export function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
