// How many events of a partition an output is done with: kept in the note that is committed with the offset, so that the
// count and the offset are always of one moment, whoever dies. Offsets alone do not say it, since transactions leave marks among
// events. With the ledger of dedup it proves that what became unique was delivered or waits. Pure.

export interface Counted {
  /** The offset from which on it was counted: where the output began on this partition, as a rule the first of all. */
  readonly from: number
  /** Events between there and the committed offset: delivered on evidence, or rejected. */
  readonly events: number
}

/** @param note what else is kept with the offset: empty, or JSON */
export function withCounted(note: string, { from, events }: Counted): string {
  const fields = `"from":${from},"events":${events}}`
  return note.length > 2 ? `${note.slice(0, -1)},${fields}` : `{${fields}`
}

/** Nothing where nobody has counted: a note of podpipe before it did, or of somebody else. */
export function countedIn(note: string): Counted | undefined {
  try {
    const { from, events } = JSON.parse(note) as Partial<Counted>
    return isCount(from) && isCount(events) ? { from, events } : undefined
  } catch {
    return undefined
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
