// What the API says of who one is, for the page too.

import { Type } from 'typebox'

export const whoSchema = Type.Object({
  name: Type.Union([Type.String(), Type.Null()], { description: 'Who is signed in; null for nobody.' }),
  role: Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin'), Type.Null()]),
  sees_content: Type.Boolean({ description: 'Whether the content of events is shown to this person.' }),
  by: Type.Union(
    [
      Type.Literal('nobody'),
      Type.Literal('proxy'),
      Type.Literal('password'),
      Type.Literal('oidc'),
      Type.Null(),
    ],
    {
      description:
        'How the person is known: nobody has to sign in, the proxy said it, a password, OpenID Connect.',
    },
  ),
  ends_at: Type.Union([Type.String(), Type.Null()], {
    description: 'When the session ends if nothing more is done, RFC 3339, UTC; null where there is none.',
  }),
  ways: Type.Object(
    { password: Type.Boolean(), oidc: Type.Boolean(), proxy: Type.Boolean() },
    { description: 'By which ways one can sign in here.' },
  ),
})

export type WhoAmI = Type.Static<typeof whoSchema>

/** Why it did not work, as the page knows it. */
export type OpenIdFailure = 'unreachable' | 'stale' | 'refused' | 'no-role'
