// The header of a Devo event, judged strictly: <PRI>YYYY-MM-DD HH:MM:SS.mmm HOST TAG: PAYLOAD.
// The real endpoint takes other dates too; podpipe promises exactly this one, so all else is a fault. Pure.

export interface DevoEvent {
  /** Facility times eight plus severity; 14 is user, info. */
  priority: number
  date: string
  host: string
  tag: string
  payload: Buffer
}

/** Longest header that is looked at: the vendor's limit for a tag is 1,024 characters. */
const maxHeaderBytes = 1400
const pattern =
  /^<(\d{1,3})>(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) ([!-9;-~]+) ([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*): /

/** Takes a record apart, or says what is wrong with it. The payload shares the record's memory. */
export function readHeader(record: Buffer): DevoEvent | { fault: string } {
  if (record[0] !== 0x3c) return { fault: 'does not begin with <' }
  const match = pattern.exec(record.toString('latin1', 0, maxHeaderBytes))
  if (!match) return { fault: 'header is not <PRI>YYYY-MM-DD HH:MM:SS.mmm HOST TAG: ' }
  const [all, priority = '', date = '', host = '', tag = ''] = match
  if (Number(priority) > 191 || String(Number(priority)) !== priority)
    return { fault: `priority ${priority} is none` }
  if (!isRealDate(date)) return { fault: `date ${date} is none` }
  if (tag.length > 1024) return { fault: 'tag is longer than 1024 characters' }
  return { priority: Number(priority), date, host, tag, payload: record.subarray(all.length) }
}

/** February 30 and the like are read by Date as a day of March; the text that comes back differs. */
function isRealDate(date: string): boolean {
  const time = Date.parse(`${date.replace(' ', 'T')}Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().replace('T', ' ').slice(0, 23) === date
}
