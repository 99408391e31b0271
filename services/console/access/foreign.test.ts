import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { ownHeader, whyForeign } from './foreign.ts'

const own = { [ownHeader]: '1' }
const here = 'podpipe.example.com:8100'

for (const [name, method, headers, isForeign] of [
  ['a read of another page, which cannot see the answer', 'GET', { 'sec-fetch-site': 'cross-site' }, false],
  [
    'a write of the page',
    'POST',
    { ...own, 'sec-fetch-site': 'same-origin', origin: `http://${here}` },
    false,
  ],
  ['a write of a program', 'POST', own, false],
  ['a write without the header', 'POST', {}, true],
  [
    'a form of another page',
    'POST',
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    true,
  ],
  [
    'a write of another page that knows the header',
    'DELETE',
    { ...own, origin: 'https://evil.example' },
    true,
  ],
  [
    'one that the browser knows to be foreign',
    'PUT',
    { ...own, origin: `http://${here}`, 'sec-fetch-site': 'cross-site' },
    true,
  ],
  ['one of a sibling of the host', 'PUT', { ...own, 'sec-fetch-site': 'same-site' }, true],
  ['one of the page by plain HTTP', 'PUT', { ...own, origin: `http://${here}` }, false],
  ['one of another port', 'PUT', { ...own, origin: 'http://podpipe.example.com:9000' }, true],
  ['one of a page without an origin', 'PATCH', { ...own, origin: 'null' }, true],
  ['one by the address of the proxy', 'POST', { ...own, origin: 'https://mail.example.com' }, false],
  [
    'one by the address of the proxy in clear text',
    'POST',
    { ...own, origin: 'http://mail.example.com' },
    true,
  ],
] as const) {
  test(`${name} is ${isForeign ? 'refused' : 'taken'}`, () => {
    const publicUrl = 'https://mail.example.com/podpipe/'
    equal(whyForeign({ method, headers, host: here, publicUrl }) !== undefined, isForeign)
  })
}
