// The certificates of an output: whether they belong together, lead to an authority, and for how long they last. Pure.

import type { X509Certificate } from 'node:crypto'
import { certificatesIn, pairFault } from '@podpipe/runtime/config/parts/certificates.ts'
import { bad, type Check, good } from './check.ts'

const dayMs = 86_400_000
const soonDays = 30

/**
 * The checks of three texts that were found to be PEM.
 * @param roots further authorities that may stand behind the chain
 * @param now milliseconds since 1970
 */
export function checkCertificates(
  part: string,
  pems: { readonly cert: string; readonly key: string; readonly chain: string },
  roots: readonly string[],
  now: number,
): Check[] {
  const chain = certificatesIn(pems.chain)
  const [client] = certificatesIn(pems.cert)
  if (client === undefined)
    return [bad(part, 'the file of cert holds no certificate; download it again from Devo')]
  const wrongPair = pairFault(pems.cert, pems.key)
  const authorities = [...chain, ...roots.flatMap(certificatesIn)]
  return [
    wrongPair === undefined
      ? good(part, 'certificate and key belong together')
      : bad(part, `the key ${wrongPair}`),
    checkChain(part, chain, authorities),
    checkClient(part, client, chain),
    ...[client, ...chain].map(each => checkDates(part, each, now)),
  ]
}

const isIssuer = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey)

function checkChain(
  part: string,
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): Check {
  const lost = chain.find(each => !authorities.some(authority => isIssuer(each, authority)))
  if (lost === undefined) return good(part, 'the chain verifies up to its root')
  return bad(
    part,
    `the chain does not verify: nobody in it has signed ${nameOf(lost)}, or the signature is wrong, and without that no connection succeeds; download the Chain CA again from Devo`,
  )
}

function checkClient(part: string, client: X509Certificate, chain: readonly X509Certificate[]): Check {
  if (chain.some(authority => isIssuer(client, authority)))
    return good(part, 'the certificate verifies against the chain')
  return good(
    part,
    'nobody in the chain has signed the client certificate; Devo decides whether it takes that, and the handshake below shows it',
  )
}

function checkDates(part: string, certificate: X509Certificate, now: number): Check {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  const days = Math.floor((to - now) / dayMs)
  const name = nameOf(certificate)
  if (now < from)
    return bad(
      part,
      `the certificate ${name} is valid only from ${isoOf(from)} on; correct the clock of this machine`,
    )
  if (now >= to) return bad(part, `the certificate ${name} ended on ${isoOf(to)}; get a new one from Devo`)
  const hint = days > soonDays ? '' : '; get a new one from Devo, it is taken up without a restart'
  return good(part, `the certificate ${name} lasts for ${days} more days, until ${isoOf(to)}${hint}`)
}

const nameOf = ({ subject, serialNumber }: X509Certificate): string =>
  /^CN=(.+)$/m.exec(subject)?.[1] ?? `with the serial number ${serialNumber}`

const isoOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
