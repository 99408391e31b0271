// The part `kafka` of the file: which cluster, and how podpipe shows who it is there.
// Pure but for the files, which come through a function of the caller.

import type { KafkaSasl, KafkaSettings, KafkaTls } from '../config.ts'
import { below, type Context, fault, inside, warn } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import { type Found, findFile, type Places } from '../reading/find-file.ts'
import { isGiven } from '../reading/read-map.ts'
import { kafkaKeys, saslMechanisms } from '../schema/kafka.ts'
import { type Values, variablesOf } from '../schema/shape.ts'
import { certificateFault, keyFaultBeside } from './certificates.ts'
import { readSecret } from './secrets.ts'

type KafkaValues = Values<typeof kafkaKeys>

/** Where the part stands. */
interface Part {
  readonly map: LocatedMap | undefined
  readonly here: Context
  readonly places: Places
}

/** The settings; what is wrong with them is noted. */
export function readKafka(
  { tls, sasl, ...values }: KafkaValues,
  root: LocatedMap,
  context: Context,
  places: Places,
): KafkaSettings {
  const value = root.entries.get('kafka')?.value
  const part = {
    map: value?.kind === 'map' ? value : undefined,
    here: inside(context, 'kafka', value?.at ?? context.at),
    places,
  }
  const security = { tls: readTls(tls, part), sasl: readSasl(sasl, tls.enabled, part) }
  if (security.tls === undefined && security.sasl === undefined) return { ...values, security: undefined }
  if (values.brokers.length === 0) {
    const text =
      "has no meaning for podpipe's own Kafka, which listens on this machine only; name your cluster under kafka.brokers, or remove this"
    fault(below(part.here, part.map, security.tls === undefined ? 'sasl' : 'tls'), text)
  }
  return { ...values, security }
}

/** Whether the environment goes before the file for a key of `kafka.sasl`, or stands in for it. */
function isInEnvironment(key: string, { env }: Context): boolean {
  const { mechanism, username } = kafkaKeys.sasl
  const variable = { mechanism: mechanism.env, username: username.env }[key]
  return variable !== undefined && Boolean(env[variable])
}

const tlsFiles = ['ca', 'cert', 'key'] as const

function readTls(values: KafkaValues['tls'], { map, here, places }: Part): KafkaTls | undefined {
  const read = (
    key: (typeof tlsFiles)[number],
    wrongWith: (pem: string) => string | undefined,
  ): Found | undefined => {
    const name = values[key]
    if (name === undefined) return undefined
    return findFile(name, below(here, map, 'tls', key), places, 'TLS to Kafka needs it', wrongWith)
  }

  if (!values.enabled) {
    const group = map?.entries.get('tls')?.value
    const isSwitchedOff = group?.kind === 'map' && isGiven(group, 'enabled')
    const idle = isSwitchedOff ? undefined : tlsFiles.find(key => values[key] !== undefined)
    if (idle !== undefined) {
      fault(
        below(here, map, 'tls', idle),
        'has no effect without enabled: true beside it; add that, or remove the key',
      )
    }
    return undefined
  }
  const ca = read('ca', certificateFault)
  const cert = read('cert', certificateFault)
  const key = read('key', keyFaultBeside(cert?.text))
  if ((values.cert === undefined) !== (values.key === undefined)) {
    const [given, missing] =
      values.cert === undefined ? (['key', 'cert'] as const) : (['cert', 'key'] as const)
    fault(
      below(here, map, 'tls', given),
      `stands without ${missing}; a client certificate takes both; add the other`,
    )
  }
  return { ca: ca?.path, cert: cert?.path, key: key?.path, checkHostname: values.check_hostname }
}

function readSasl(
  values: KafkaValues['sasl'],
  hasTls: boolean,
  { map, here, places }: Part,
): KafkaSasl | undefined {
  const value = map?.entries.get('sasl')?.value
  const saslMap = value?.kind === 'map' ? value : undefined
  const saslHere = below(here, map, 'sasl')
  const isThere = (key: string): boolean => {
    const found = saslMap?.entries.get(key)?.value
    // What is broken was told already.
    return found?.isBroken === true || isGiven(saslMap, key) || isInEnvironment(key, here)
  }
  const mechanism = saslMechanisms.find(each => each === values.mechanism)
  if (mechanism === undefined || mechanism === 'none') {
    const idle = ['username', 'password', 'password_file'].find(isThere)
    if (idle !== undefined && !isThere('mechanism')) {
      const text = `has no effect without mechanism beside it; your brokers want one of ${saslMechanisms.slice(1).join(', ')}; add that`
      fault(below(saslHere, saslMap, idle), text)
    }
    return undefined
  }
  const { password: item } = kafkaKeys.sasl
  const isSecretThere = variablesOf(item.secret).some(name => Boolean(here.env[name]))
  const lacks = [
    ...(isThere('username') ? [] : ['username']),
    ...(isThere('password') || isThere('password_file') || isSecretThere ? [] : ['password']),
  ]
  for (const key of lacks) {
    fault(inside(saslHere, key, saslHere.at), 'is missing; the mechanism needs it; add it beside mechanism')
  }
  if (mechanism === 'plain' && !hasTls) {
    const text =
      'plain without kafka.tls sends the password readable over the network; use TLS or one of the others for anything but a trial'
    warn(below(saslHere, saslMap, 'mechanism'), text)
  }
  const { username } = values
  const { text: password } = readSecret(item, {
    key: 'password',
    map: saslMap,
    here: saslHere,
    values,
    places,
  })
  return username === undefined || password === undefined ? undefined : { mechanism, username, password }
}
