// What answers, or does not, when the address leads somewhere else than to Proofpoint's log API: a web page, a
// redirect, a port that speaks another protocol, a certificate of a stranger. Pure.

/** What to tell, and whether a person has to act before it can work. */
export interface Explanation {
  /** What is the matter. */
  readonly cause: string
  /** What to do. */
  readonly action: string
  readonly needsPerson: boolean
  /** Whether each try shows a password that was refused. */
  readonly isGuess: boolean
}

const ifItLasts = 'if this lasts, check the network, the firewall and override_url_base'

const whatToCheck =
  'check override_url_base, and whether a proxy or a firewall on the way answers in place of Proofpoint'

/** An answer that the log API never gives to the request for a stream: a success without one, or a redirect. */
export function explainAnswer(
  status: number,
  body: string,
): Pick<Explanation, 'cause' | 'action'> | undefined {
  if (status < 200 || status >= 400) return undefined
  const how =
    status < 300 ? `${status} with ${wordsOf(body)}` : `${status}, a redirect, which is not followed`
  return { cause: `this is not Proofpoint's log API: it answers ${how}`, action: whatToCheck }
}

/** A body of an answer, short enough for a log line; a page of HTML says nothing there. */
export function wordsOf(body: string): string {
  const text = body.trim()
  if (/^<(!doctype|html|head|body)\b/i.test(text)) return 'an HTML page'
  return text === '' ? 'an empty body' : text.slice(0, 200)
}

// By the codes of Node and OpenSSL, which stand in parentheses at the end of the reason, or by ws's own words.
const explanations: readonly (readonly [RegExp, cause: string, action: string, needsPerson: boolean])[] = [
  [
    /\((ENOTFOUND|EAI_AGAIN)\)$/,
    'the host name is not known here: it is wrong, or the DNS of this machine does not answer',
    'check override_url_base and the DNS',
    false,
  ],
  [
    /\(ECONNREFUSED\)$/,
    'nobody listens at this address and port',
    'check override_url_base, and that the firewall lets it through',
    false,
  ],
  [
    /\((ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\)$|handshake has timed out/,
    'no answer came',
    'check that the network and the firewall let this host and port through',
    false,
  ],
  [
    /\((SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_SIGNATURE_FAILURE)\)$/,
    'its certificate comes from an authority that this machine does not know, so it need not be Proofpoint',
    'if a proxy of your own opens TLS, name its authority under ca of the service or in NODE_EXTRA_CA_CERTS, else check override_url_base',
    true,
  ],
  [
    /\(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    'its certificate is for another host, so it is not the one that was asked for',
    'check override_url_base',
    true,
  ],
  [
    /\((CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)\)$/,
    'its certificate is not valid at this time',
    'check the clock of this machine, then ask whoever runs the address',
    true,
  ],
  [
    /\((EPROTO|ERR_SSL_[A-Z0-9_]+)\)$/,
    "this is not Proofpoint's log API: TLS cannot be spoken with it",
    whatToCheck,
    true,
  ],
  [
    /\(HPE_[A-Z_]+\)$|Invalid Sec-WebSocket-Accept|Invalid Upgrade header/,
    "this is not Proofpoint's log API: it does not speak HTTP and WebSocket as it should",
    whatToCheck,
    true,
  ],
]

/**
 * Why there was no connection.
 * @param reason the error's message, with its code in parentheses behind it
 * @param proxy the proxy on the way, without its password
 */
export function explainUnreachable(reason: string, proxy?: string): Explanation {
  // OpenSSL's texts name its source files and end in a line feed.
  const plain = reason.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
  const atProxy = proxy === undefined ? undefined : explainProxy(reason, proxy)
  if (atProxy !== undefined) return { ...atProxy, cause: `${atProxy.cause} (${plain})` }
  const [, text, action = ifItLasts, needsPerson = false] =
    explanations.find(([pattern]) => pattern.test(reason)) ?? []
  const through = proxy === undefined ? '' : ` through the proxy ${proxy}`
  const cause = `Proofpoint cannot be reached${through}: ${text === undefined ? plain : `${text} (${plain})`}`
  return { cause, action, needsPerson, isGuess: false }
}

/** What is about the proxy and not about Proofpoint: where there is one, it is what a connection is made to. */
function explainProxy(reason: string, proxy: string): Explanation | undefined {
  const [, status] = /^Failed to establish tunnel \S+ \S+ via \S+: HTTP\/\S+ (\d{3})/.exec(reason) ?? []
  const explained = (text: string, action: string, needsPerson: boolean): Explanation => ({
    cause: `the proxy ${proxy} ${text}`,
    action,
    needsPerson,
    isGuess: status === '407',
  })
  if (status === '407') {
    return explained(
      'answers 407: it wants a user name and a password, or refuses those it was given',
      'check proxy of the input, or HTTPS_PROXY',
      true,
    )
  }
  if (status === '403') {
    return explained(
      'answers 403: it does not let podpipe through to Proofpoint',
      'ask whoever runs it',
      true,
    )
  }
  if (status !== undefined) {
    return explained(
      `answers ${status} in place of a way to Proofpoint: it may not reach it itself`,
      'look into its log',
      false,
    )
  }
  if (/\(ERR_PROXY_TUNNEL\)$/.test(reason)) {
    return explained(
      'makes no way to Proofpoint',
      'check that it is an HTTP proxy that permits CONNECT',
      false,
    )
  }
  return /\((ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\)$/.test(reason)
    ? explained('cannot be reached', 'check proxy of the input, or HTTPS_PROXY', false)
    : undefined
}
