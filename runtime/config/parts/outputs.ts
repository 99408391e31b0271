// The part `outputs` of the file: where events go, over TLS, plain TCP or the standard output.
// Pure but for the TLS files, which come through a function of the caller.

import type { Service } from '@podpipe/schemas/service.ts'
import type { Compression, ConsoleOutput, Output, PlainOutput, TlsOutput } from '../config.ts'
import { below, type Context, fault, inside, settleAll } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import type { Places } from '../reading/find-file.ts'
import { quoted } from '../reading/findings.ts'
import { nearest } from '../reading/nearest.ts'
import { checkName, mapUnder } from '../reading/read-map.ts'
import { readShape } from '../reading/read-shape.ts'
import type { globalKeys } from '../schema/globals.ts'
import {
  confirmations,
  consoleOutputKeys,
  outputKinds,
  plainOutputKeys,
  tlsOutputKeys,
} from '../schema/outputs.ts'
import type { Values } from '../schema/shape.ts'
import { readTlsFiles } from './tls-files.ts'

/** What the outputs need to know of the rest of the file. */
export interface AroundOutputs {
  readonly places: Places
  readonly services: readonly Service[]
  readonly globals: Values<typeof globalKeys>
}

/** The good outputs; what is wrong with the others is noted. */
export function readOutputs(map: LocatedMap | undefined, context: Context, around: AroundOutputs): Output[] {
  if (map === undefined || map.isBroken) return []
  if (map.entries.size === 0) {
    fault(context, 'has no output; the events would go nowhere; add one of type devo_platform')
  }
  const outputs = [...map.entries].flatMap(([name, { keyAt, value }]) => {
    const here = inside(context, name, keyAt)
    checkName(name, here)
    const output = readOutput(name, mapUnder(value, here), here, around)
    return output === undefined ? [] : [output]
  })
  if (outputs.length > 0 && outputs.length === map.entries.size && !outputs.some(({ enabled }) => enabled)) {
    fault(context, 'has no enabled output; the events would go nowhere; write enabled: true under one')
  }
  return outputs
}

function readOutput(
  name: string,
  map: LocatedMap | undefined,
  here: Context,
  around: AroundOutputs,
): Output | undefined {
  const type = map?.entries.get('type')?.value
  const written = type?.kind === 'scalar' && type.value !== null ? String(type.value) : undefined
  const types = Object.entries(outputKinds)
  const kind = types.find(([known]) => known === written)?.[1]
  if (kind === 'tcp') return readPlain(name, map, here, around)
  if (kind === 'console') return readConsole(name, map, here, around)
  if (kind === undefined && written !== undefined) {
    const names = types.map(([known]) => known)
    const meant = nearest(written, names)
    const advice = meant === undefined ? 'choose one of these' : `did you mean "${meant}"?`
    const text = `unknown type ${quoted(written)}; known types: ${names.join(', ')}; ${advice}`
    fault(below(here, map, 'type'), text)
    // What is right below it depends on the type.
    return undefined
  }
  return readTls(name, map, here, around)
}

function readTls(
  name: string,
  map: LocatedMap | undefined,
  here: Context,
  around: AroundOutputs,
): TlsOutput | undefined {
  const values = readShape(tlsOutputKeys, map, here)
  const { config } = values
  requireTransport('SSL', config.type, here, map)
  const files = readTlsFiles(config, below(here, map, 'config'), map, around.places)
  const { address, port, check_hostname: checkHostname } = config
  const { security_level: securityLevel, system_roots: systemRoots } = config
  const common = readCommon(name, values, map, here, around)
  if (files === undefined || address === undefined) return undefined
  const compression = compressionOf(values.compression, around.globals)
  const { threshold, level, bufferBytes: buffer } = compression
  settleAll(below(here, map, 'compression'), { threshold, level, buffer })
  return {
    ...common,
    kind: 'tls',
    address,
    port,
    confirm: confirmOf(values.confirm),
    connections: values.connections,
    ...files,
    checkHostname,
    securityLevel,
    systemRoots,
    compression,
  }
}

const whyTransport = {
  SSL: 'Devo takes events over TLS only; write SSL, or choose the type syslog for a receiver on plain TCP',
  TCP: 'an output of this type speaks plain TCP, without TLS; write TCP, or choose the type relay for TLS',
}

/** The vendor's `config.type` has to agree with what the type of the output says already. */
function requireTransport(
  expected: keyof typeof whyTransport,
  found: string,
  here: Context,
  map: LocatedMap | undefined,
): void {
  if (found.toUpperCase() === expected) return
  const text = `must be ${expected}, found ${quoted(found)}; ${whyTransport[expected]}`
  fault(below(here, map, 'config', 'type'), text)
}

const tlsKeys = ['chain', 'cert', 'key'] as const

function readPlain(
  name: string,
  map: LocatedMap | undefined,
  here: Context,
  around: AroundOutputs,
): PlainOutput | undefined {
  const values = readShape(plainOutputKeys, map, here)
  const { config } = values
  requireTransport('TCP', config.type, here, map)
  // Whoever names a certificate believes that the connection is encrypted.
  for (const key of tlsKeys) {
    if (config[key] === undefined) continue
    const names = [key, `${key}_loc`]
    const text =
      'belongs to TLS, and an output of this type speaks plain TCP; the events would go out readable; choose the type relay, or remove the key'
    fault(below(here, map, 'config', names), text)
  }
  const { address, port } = config
  const common = readCommon(name, values, map, here, around)
  if (address === undefined || port === undefined) return undefined
  const { connections } = values
  return { ...common, kind: 'tcp', address, port, confirm: confirmOf(values.confirm), connections }
}

function readConsole(
  name: string,
  map: LocatedMap | undefined,
  here: Context,
  around: AroundOutputs,
): ConsoleOutput {
  return {
    ...readCommon(name, readShape(consoleOutputKeys, map, here), map, here, around),
    kind: 'console',
  }
}

/** What every output has, whatever its type. */
function readCommon(
  name: string,
  values: Pick<Values<typeof consoleOutputKeys>, 'enabled' | 'services' | 'max_event_bytes'>,
  map: LocatedMap | undefined,
  here: Context,
  { services: known }: AroundOutputs,
): Pick<Output, 'name' | 'enabled' | 'services' | 'maxEventBytes'> {
  const { enabled, services = known, max_event_bytes: maxEventBytes } = values
  const at = below(here, map, 'services')
  for (const service of services) {
    if (known.includes(service)) continue
    const meant = nearest(service, known)
    const advice = meant === undefined ? 'this output would never get an event' : `did you mean "${meant}"?`
    fault(at, `unknown service ${quoted(service)}; known services: ${known.join(', ')}; ${advice}`)
  }
  settleAll(here, { services: known })
  return { name, enabled, services: known.filter(each => services.includes(each)), maxEventBytes }
}

const confirmOf = (text: string): TlsOutput['confirm'] => confirmations.find(each => each === text) ?? 'auto'

function compressionOf(
  { threshold, level, buffer }: Values<typeof tlsOutputKeys>['compression'],
  globals: AroundOutputs['globals'],
): Compression {
  return {
    threshold: threshold ?? globals.devo_sender_threshold_for_using_gzip_in_transport_layer,
    level: level ?? globals.devo_sender_compression_level,
    bufferBytes: buffer ?? globals.devo_sender_compression_buffer_in_bytes,
  }
}
