// An issuer of OpenID Connect, certified as such, that signs in whoever the test says, without a form.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { Provider } from 'oidc-provider'
import { listen } from '../listen.ts'

export interface Issuer {
  readonly settings: { readonly issuer: string; readonly client_id: string; readonly client_secret: string }
  /** Who signs in next; undefined for somebody who says no. */
  person: { readonly name: string; readonly groups: readonly string[] } | undefined
}

/** @param redirectUri where it sends people back to, and nowhere else; asked for with the first request */
export async function startIssuer(t: TestContext, redirectUri: () => string): Promise<Issuer> {
  let serve: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => serve(request, response))
  // Another site than the console, which is asked for by 127.0.0.1.
  const url = `http://localhost:${await listen(t, server)}`
  const client_secret = randomBytes(24).toString('base64url')
  const issuer: Issuer = {
    settings: { issuer: url, client_id: 'podpipe', client_secret },
    person: undefined,
  }
  const createProvider = () =>
    new Provider(url, {
      clients: [{ client_id: 'podpipe', client_secret, redirect_uris: [redirectUri()] }],
      jwks: {
        keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })],
      },
      cookies: { keys: [randomBytes(24).toString('base64url')] },
      claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
      features: { devInteractions: { enabled: false } },
      ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60 },
      pkce: { required: () => true },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, accountId: string) => ({
        accountId,
        claims: () => ({
          sub: accountId,
          preferred_username: accountId.replace('id-of-', ''),
          groups: issuer.person?.groups,
        }),
      }),
    })
  let made: Provider | undefined

  async function interact(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    const finish = (result: Readonly<Record<string, unknown>>): Promise<void> =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
    if (issuer.person === undefined) return finish({ error: 'access_denied' })
    const accountId = `id-of-${issuer.person.name}`
    if (prompt.name === 'login') return finish({ login: { accountId, remember: false } })
    const grant = new provider.Grant({
      accountId: session?.accountId ?? accountId,
      clientId: params.client_id,
    })
    grant.addOIDCScope(params.scope)
    return finish({ consent: { grantId: await grant.save() } })
  }

  serve = (request, response) => {
    made ??= createProvider()
    if (!request.url?.startsWith('/interaction/')) return made.callback()(request, response)
    interact(made, request, response).catch(error => response.writeHead(500).end(String(error)))
  }
  return issuer
}
