// One MIME part of a message event. Parts make the size of messages: a few hundred bytes as a rule,
// megabytes now and then, when extracted text or a macro list comes along. Pure.

import type { Random } from '../random.ts'
import { hexDigits } from './words.ts'

const kinds = [
  { ext: 'HTML', mime: 'text/html', name: 'text.html' },
  { ext: 'TXT', mime: 'text/plain', name: 'text.txt' },
  { ext: 'PDF', mime: 'application/pdf', name: 'Rechnung M\u00e4rz.pdf' },
]

/**
 * Makes one part.
 * @param textBytes length of the extracted text in base64; 0 for the short stub that real events hold
 */
export function messagePart(random: Random, index: number, textBytes: number): Record<string, unknown> {
  const kind = random.pick(kinds)
  const size = 200 + random.below(200_000)
  return {
    detectedCharset: 'UTF-8',
    detectedExt: kind.ext,
    detectedMime: kind.mime,
    detectedName: kind.name,
    detectedSizeBytes: size,
    disposition: kind.ext === 'PDF' ? 'attached' : 'inline',
    isArchive: false,
    isCorrupted: false,
    isDeleted: false,
    isProtected: false,
    isTimedOut: false,
    isVirtual: false,
    labeledCharset: 'utf-8',
    labeledExt: kind.ext.toLowerCase(),
    labeledMime: kind.mime,
    labeledName: kind.name,
    md5: random.text(hexDigits, 32),
    metadata: {},
    sandboxStatus: random.pick(['', 'clean', 'uploaded']),
    sha256: random.text(hexDigits, 64),
    sizeDecodedBytes: size,
    structureId: String(index),
    textExtracted: textBytes > 0 ? longText(random, textBytes) : 'U0NBTEFSKDB4N2YwMDAwMDAwMDAwKQ==',
    urls: Array.from({ length: random.below(3) }, () => ({
      isRewritten: random.chance(0.5),
      src: ['urldefense'],
      url: `https://www.example.com/${random.text(hexDigits, 20)}?q=a&b=%20c`,
    })),
  }
}

function longText(random: Random, bytes: number): string {
  // A random block repeated: megabytes should cost microseconds, not a draw for every character.
  const block = random.text(hexDigits, 999)
  return Buffer.from(block.repeat(Math.ceil((bytes * 3) / 4 / block.length)))
    .toString('base64')
    .slice(0, bytes - (bytes % 4))
}
