// The part `outputs` of the file: Devo endpoints, and the TLS files that lead to them.
// Pure but for the files, which come through a function of the caller.

import type { Output } from './config.ts'
import { below, type Context, fault, inside } from './context.ts'
import type { LocatedMap } from './document.ts'
import type { Places } from './find-file.ts'
import { quoted } from './findings.ts'
import { nearest } from './nearest.ts'
import { checkName, mapUnder } from './read-map.ts'
import { readShape } from './read-shape.ts'
import { readTlsFiles } from './tls-files.ts'
import { outputKeys } from './vendor-keys.ts'

const supported = ['devo_platform', 'relay']
const notYet = ['syslog', 'in_house_relay', 'sidecar', 'console', 'stdout']

/** The good outputs; what is wrong with the others is noted. */
export function readOutputs(map: LocatedMap | undefined, context: Context, places: Places): Output[] {
  if (map === undefined || map.isBroken) return []
  if (map.entries.size === 0) {
    fault(context, 'has no output; the events would go nowhere; add one of type devo_platform')
  }
  return [...map.entries].flatMap(([name, { keyAt, value }]) => {
    const here = inside(context, name, keyAt)
    checkName(name, here)
    const given = mapUnder(value, here)
    // The other types have other keys; what is wrong below them would only hide what matters.
    return isNotYet(given, here) ? [] : readOutput(name, given, here, places)
  })
}

function readOutput(name: string, map: LocatedMap | undefined, here: Context, places: Places): Output[] {
  const { type, config } = readShape(outputKeys, map, here)
  if (type !== undefined && !supported.includes(type)) {
    const meant = nearest(type, [...supported, ...notYet])
    const advice = meant === undefined ? `choose ${supported.join(' or ')}` : `did you mean "${meant}"?`
    fault(
      below(here, map, 'type'),
      `unknown type ${quoted(type)}; podpipe does not know how to write to it; ${advice}`,
    )
  }
  if (config.type.toUpperCase() !== 'SSL') {
    const text = `must be SSL, found ${quoted(config.type)}; Devo takes events over TLS only; write SSL`
    fault(below(here, map, 'config', 'type'), text)
  }
  const files = readTlsFiles(config, below(here, map, 'config'), map, places)
  const { address, port, check_hostname: checkHostname } = config
  if (files === undefined || address === undefined) return []
  return [{ name, type: 'devo_platform', address, port, ...files, checkHostname }]
}

function isNotYet(map: LocatedMap | undefined, here: Context): boolean {
  const type = map?.entries.get('type')?.value
  if (type?.kind !== 'scalar' || !notYet.includes(String(type.value))) return false
  const text = `the type ${type.value} is not supported by this version; it writes to ${supported.join(' and ')} (TLS) only; use one of these`
  fault(below(here, map, 'type'), text)
  return true
}
