// Signing in by OpenID Connect: to the issuer and back. openid-client does the code flow with PKCE, state and nonce, and its checks.

import type { ConsoleOidc } from '@podpipe/runtime/config/config.ts'
import * as client from 'openid-client'

/** What has to come back as it went out; it waits in the browser, sealed. */
export interface Errand {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** Where in the page the person was: the fragment of its address. */
  readonly place: string
  /** Milliseconds since 1970. */
  readonly begun: number
}

/** Whom the issuer knows. */
export interface Known {
  readonly name: string
  readonly groups: readonly string[]
}

export interface OpenId {
  /**
   * @returns where the browser is to go, and what it has to bring back
   * @throws when the issuer does not answer as one
   */
  begin(settings: ConsoleOidc, redirectUri: string, place: string): Promise<{ url: URL; errand: Errand }>
  /**
   * @param returned the address to which the browser came back
   * @throws when the issuer refuses, or what it says does not hold
   */
  finish(settings: ConsoleOidc, returned: URL, errand: Errand): Promise<Known>
}

const patienceSeconds = 10

export function createOpenId(now: () => number = Date.now): OpenId {
  let discovered: { readonly of: string; readonly configuration: client.Configuration } | undefined

  // What the issuer says of itself is asked for once; a failure is not kept.
  async function discover(settings: ConsoleOidc): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = settings
    const of = JSON.stringify([issuer, clientId, clientSecret])
    if (discovered?.of === of) return discovered.configuration
    const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
    const configuration = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
      timeout: patienceSeconds,
      // The configuration takes http:// on this machine alone, for trials.
      execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
    })
    discovered = { of, configuration }
    return configuration
  }

  return {
    async begin(settings, redirectUri, place) {
      const configuration = await discover(settings)
      const errand = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        place,
        begun: now(),
      }
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: settings.scopes,
        state: errand.state,
        nonce: errand.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
        code_challenge_method: 'S256',
      })
      return { url, errand }
    },
    async finish(settings, returned, { state, nonce, verifier }) {
      const configuration = await discover(settings)
      const tokens = await client.authorizationCodeGrant(configuration, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new Error('the issuer gave no ID token')
      const { nameClaim, groupsClaim } = settings
      // Many issuers put into the ID token only who it is, and the rest where userinfo says it.
      const lacks = [nameClaim, groupsClaim].some(claim => claims[claim] === undefined)
      const isAsked = lacks && configuration.serverMetadata().userinfo_endpoint !== undefined
      const more = isAsked ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {}
      return knownOf({ ...more, ...claims }, settings)
    },
  }
}

/** Name and groups from claims; a claim of another form than these counts as none. */
export function knownOf(
  claims: Readonly<Record<string, unknown>>,
  { nameClaim, groupsClaim }: Pick<ConsoleOidc, 'nameClaim' | 'groupsClaim'>,
): Known {
  const [name, groups] = [claims[nameClaim], claims[groupsClaim]]
  return {
    name: typeof name === 'string' && name !== '' ? name : String(claims.sub),
    groups: (Array.isArray(groups) ? groups : [groups]).filter(each => typeof each === 'string'),
  }
}
