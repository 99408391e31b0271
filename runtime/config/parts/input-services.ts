// The part `services` of an input: which streams are read, from where, and under which tag. Pure.

import { kindOf, knownServices, serviceName } from '@podpipe/schemas/service.ts'
import type { InputService } from '../config.ts'
import { below, type Context, fault, inside, settleAll, warn } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import { findFile, type Places } from '../reading/find-file.ts'
import { quoted } from '../reading/findings.ts'
import { nearest } from '../reading/nearest.ts'
import { isGiven, mapUnder } from '../reading/read-map.ts'
import { readShape } from '../reading/read-shape.ts'
import { serviceKeys } from '../schema/inputs.ts'
import type { Values } from '../schema/shape.ts'
import { environmentProxy, goesPast, proxyFault } from '../values/proxy.ts'
import { clampWarning, futureFault, parseStartTime } from '../values/start-time.ts'
import { isClearText, streamUrl } from '../values/stream-url.ts'
import { tagOf } from '../values/tag.ts'
import { certificateFault } from './certificates.ts'

/** One stream and its place in the file. */
export interface ReadService {
  readonly stream: InputService
  readonly here: Context
}

/**
 * The services of an input; one without any keys of its own has the defaults.
 * @param inputProxy the proxy of the input, which goes before the one of the environment
 * @param isNeeded whether the input runs, so that having none is a fault
 */
export function readServices(
  map: LocatedMap | undefined,
  context: Context,
  isNeeded: boolean,
  places: Places,
  inputProxy: string | undefined,
): ReadService[] {
  if (map === undefined || map.isBroken) return []
  if (isNeeded && map.entries.size === 0) {
    fault(context, `has no service; there would be nothing to read; add one of ${knownServices.join(', ')}`)
  }
  return [...map.entries].flatMap(([name, { keyAt, value }]) => {
    const here = inside(context, name, keyAt)
    const given = mapUnder(value, here)
    const wrong = nameFault(name, given)
    if (wrong !== undefined) {
      fault(here, wrong)
      return []
    }
    const values = readShape(serviceKeys, given, here)
    const known = kindOf(name)
    const [idField, timeField] = [values.id_field ?? known.idField, values.time_field ?? known.timeField]
    if (idField === timeField) {
      const text = `is ${quoted(timeField)}, as the id is; a time is no id; name the field with the event's own time`
      fault(below(here, given, isGiven(given, 'time_field') ? 'time_field' : 'id_field'), text)
    }
    const urlHere = below(here, given, 'override_url_base')
    checkClearText(values, inputProxy !== undefined, urlHere)
    const url = streamUrl(values.override_url_base)
    const startHere = below(here, given, 'start_time')
    const startAt = values.start_time === undefined ? undefined : startOf(values.start_time, startHere)
    const type = values.type ?? known.type
    const tag = tagOf(name, values.override_tag_base)
    settleAll(here, {
      override_tag_base: tag,
      override_url_base: url,
      type,
      id_field: idField,
      time_field: timeField,
    })
    const stream = {
      service: name,
      type,
      idField,
      timeField,
      requestPeriodMs: values.request_period_in_seconds,
      startTime: values.start_time,
      startAt,
      tag,
      url,
      ca: values.ca === undefined ? undefined : authoritiesIn(values.ca, below(here, given, 'ca'), places),
      proxy: inputProxy ?? proxyOf(url, here),
    }
    return [{ stream, here }]
  })
}

/** What is wrong with the name of a service, or undefined; any will do for a kind whose type is told. */
function nameFault(name: string, given: LocatedMap | undefined): string | undefined {
  if (knownServices.some(each => each === name)) return undefined
  if (isGiven(given, 'type')) {
    return serviceName.test(name)
      ? undefined
      : `${quoted(name)} is no good name for a service; it goes into names of topics; use up to 40 lower-case letters, digits, _ and -`
  }
  const meant = nearest(name, knownServices)
  const advice =
    meant === undefined
      ? 'choose one of these, or write "type:" below it to say what Proofpoint calls it'
      : `did you mean "${meant}"?`
  return `unknown service ${quoted(name)}; known services: ${knownServices.join(', ')}; ${advice}`
}

/** Without TLS the key and the mail log can be read on the way, so that has to be said twice. */
function checkClearText(
  { override_url_base: base, allow_insecure: isAllowed }: Values<typeof serviceKeys>,
  hasProxy: boolean,
  here: Context,
): void {
  if (base === undefined || !isClearText(base)) return
  if (isAllowed && hasProxy) {
    fault(here, 'is ws://, and podpipe leads through its proxy only wss://; use that, or remove the proxy')
  } else if (isAllowed) {
    warn(
      here,
      'is ws://, as allow_insecure permits: whoever is on the way can read the API key and every event; use wss:// for anything but a trial',
    )
  } else {
    fault(
      here,
      'starts with ws://, which would send the API key in clear text; use wss://, or set allow_insecure: true beside it for a trial',
    )
  }
}

/** The proxy of the environment, for a stream that does not go past it; what is wrong with it is noted once. */
function proxyOf(url: string, here: Context): string | undefined {
  const found = environmentProxy(here.env)
  if (found === undefined || goesPast(url, here.env)) return undefined
  const wrong = proxyFault(found.proxy)
  if (wrong === undefined) return found.proxy
  const at = `environment variable ${found.variable}`
  if (!here.findings.faults.some(known => known.at === at)) fault({ ...here, at }, wrong)
  return undefined
}

/** The path of a file of authorities, or undefined if it is none; why is noted. */
function authoritiesIn(name: string, here: Context, places: Places): string | undefined {
  const need = "it is to hold the authorities behind the server's certificate"
  return findFile(name, here, places, need, certificateFault)?.path
}

/** The time that a start_time means; what is wrong or odd about it is noted. */
function startOf(text: string, here: Context): number | undefined {
  const startAt = parseStartTime(text)
  if (startAt === undefined) return undefined
  const wrong = futureFault(startAt, here.now)
  if (wrong !== undefined) fault(here, wrong)
  const odd = clampWarning(startAt, here.now)
  if (odd !== undefined) warn(here, odd)
  return startAt
}
