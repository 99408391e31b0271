// The part of `console` that says who may come in. Pure but for the files that it may name.

import type { ConsoleOidc, ConsoleRole, ConsoleSettings, ConsoleUser } from '../config.ts'
import { below, type Context, fault, inside, warn } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import { type Found, findFile, type Places } from '../reading/find-file.ts'
import { isGiven, mapUnder } from '../reading/read-map.ts'
import { readShape } from '../reading/read-shape.ts'
import type { consoleKeys } from '../schema/console.ts'
import { consoleAccessKeys, consoleRoles, userKeys } from '../schema/console-access.ts'
import type { Values } from '../schema/shape.ts'
import { hasSignIn } from '../sign-in.ts'
import { isLoopback } from '../values/networks.ts'
import { certificateFault, keyFaultBeside } from './certificates.ts'
import { readSecret } from './secrets.ts'

type ConsoleValues = Values<typeof consoleKeys>

/** Where the part `console` stands. */
interface Part {
  readonly map: LocatedMap | undefined
  readonly here: Context
  readonly places: Places
}

type Access = Omit<ConsoleSettings, 'enabled' | 'host' | 'port' | 'basePath' | 'services' | 'secretKey'>

/** The settings; what is wrong with them is noted. */
export function readAccess(values: ConsoleValues, part: Part): Access {
  const { groups, proxy, session } = values
  const { here, map } = part
  const oidc = readOidc(values, part)
  if (proxy.user_header !== undefined && proxy.addresses.length === 0) {
    const text =
      'has no effect without addresses beside it: anybody could write such a header; name the addresses of the proxy'
    fault(below(here, map, 'proxy', 'user_header'), text)
  }
  const users = readUsers(values, part)
  if (
    values.enabled &&
    !isLoopback(values.host) &&
    !hasSignIn({ users, oidc, proxy: { userHeader: proxy.user_header } })
  ) {
    const text = `is off this machine, and nobody could sign in; the console will not start so; add console.users (podpipe console hash-password makes a hash), console.oidc or console.proxy.user_header, or set it to 127.0.0.1`
    warn(below(here, map, 'host'), text)
  }
  return {
    users,
    content: roleOf(values.content),
    session: { idleMs: session.idle, lifeMs: session.life },
    publicUrl: values.public_url?.replace(/\/?$/, '/'),
    groups: { ...groups, otherwise: roleOf(groups.otherwise) },
    proxy: {
      addresses: proxy.addresses,
      userHeader: proxy.user_header,
      groupsHeader: proxy.groups_header,
    },
    oidc,
    tls: readTls(values.tls, part),
  }
}

const roleOf = (text: string): ConsoleRole | 'none' => consoleRoles.find(each => each === text) ?? 'none'

function readUsers({ users: map }: ConsoleValues, { here, places }: Part): ConsoleUser[] {
  const usersHere = inside(here, 'users', map?.at ?? here.at)
  return [...(map?.entries ?? [])].flatMap(([name, { keyAt, value }]) => {
    const userHere = inside(usersHere, name, keyAt)
    if (!/^[A-Za-z0-9._@+-]{1,100}$/.test(name)) {
      fault(userHere, 'is no good name; use up to 100 letters, digits, dots, _, @, + and -')
    }
    const keys = mapUnder(value, userHere)
    const values = readShape(userKeys, keys, userHere)
    const { text: passwordHash } = readSecret(userKeys.password_hash, {
      key: 'password_hash',
      map: keys,
      here: userHere,
      values,
      places,
    })
    const role = consoleRoles.find(each => each === values.role) ?? 'viewer'
    return passwordHash === undefined ? [] : [{ name, passwordHash, role }]
  })
}

function readOidc({ oidc, public_url }: ConsoleValues, { map, here, places }: Part): ConsoleOidc | undefined {
  const value = map?.entries.get('oidc')?.value
  const oidcMap = value?.kind === 'map' ? value : undefined
  const oidcHere = below(here, map, 'oidc')
  const { issuer, client_id: clientId, scopes, name_claim: nameClaim, groups_claim: groupsClaim } = oidc
  const { text: clientSecret } = readSecret(consoleAccessKeys.oidc.client_secret, {
    key: 'client_secret',
    map: oidcMap,
    here: oidcHere,
    values: oidc,
    places,
  })
  if (issuer === undefined) {
    if (isGiven(oidcMap, 'client_id') && !isGiven(oidcMap, 'issuer'))
      fault(below(oidcHere, oidcMap, 'client_id'), 'has no effect without issuer beside it; add that')
    return undefined
  }
  if (clientId === undefined) {
    fault(
      inside(oidcHere, 'client_id', oidcHere.at),
      'is missing; the issuer knows podpipe by it; add it beside issuer',
    )
  }
  if (public_url === undefined) {
    fault(
      inside(here, 'public_url', oidcHere.at),
      'is missing; the issuer sends people back to it; write the address of the console in the browser under console.public_url',
    )
  }
  return clientId === undefined
    ? undefined
    : { issuer, clientId, clientSecret, scopes, nameClaim, groupsClaim }
}

function readTls({ enabled, cert, key }: ConsoleValues['tls'], { map, here, places }: Part): Access['tls'] {
  if (!enabled) return undefined
  const read = (
    name: 'cert' | 'key',
    file: string | undefined,
    wrongWith: (pem: string) => string | undefined,
  ): Found | undefined => {
    const at = below(here, map, 'tls', name)
    if (file === undefined) {
      fault(at, 'is missing; TLS takes a certificate and its key; name both')
      return undefined
    }
    return findFile(file, at, places, 'TLS of the console needs it', wrongWith)
  }
  const certFile = read('cert', cert, certificateFault)
  const keyFile = read('key', key, keyFaultBeside(certFile?.text))
  return certFile === undefined || keyFile === undefined
    ? undefined
    : { cert: certFile.path, key: keyFile.path }
}
