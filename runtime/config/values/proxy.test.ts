import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { render } from '../reading/findings.ts'
import { environmentProxy, goesPast, proxyFault, shownProxy } from './proxy.ts'

for (const [proxy, fault] of [
  ['http://proxy.example:3128', undefined],
  ['https://proxy.example', undefined],
  ['http://user:p%40ss@[::1]:3128/', undefined],
  ['proxy.example', /not a URL/],
  ['proxy.example:3128', /not http:\/\/ or https/],
  ['socks5://canary:canary@proxy.example:1080', /not http:\/\/ or https/],
  ['http://user:canary#x@proxy.example', /not a URL.*%23/],
  ['http://user:canary%@proxy.example', /% that begins no code/],
  ['http://user:canary@proxy.example/path', /a path or a query/],
  ['http://user:canary@proxy.example/?a', /a path or a query/],
  ['http://user:canary @proxy.example', /not a URL/],
] as const) {
  test(`the proxy ${proxy} is ${fault === undefined ? 'good' : `refused: ${fault}`}`, () => {
    if (fault === undefined) equal(proxyFault(proxy), undefined)
    else match(proxyFault(proxy) ?? '', fault)
    doesNotMatch(proxyFault(proxy) ?? '', /canary/)
  })
}

test('a proxy is shown without user name and password', () => {
  equal(shownProxy('http://user:canary@proxy.example:3128'), 'http://proxy.example:3128')
})

for (const [env, proxy] of [
  [{}, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  [{ HTTPS_PROXY: 'http://a:1' }, 'http://a:1'],
  [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1' }, 'http://b:1'],
  [{ HTTPS_PROXY: 'a:1' }, 'http://a:1'],
  [{ HTTP_PROXY: 'http://a:1' }, undefined],
] as const) {
  test(`the environment ${JSON.stringify(env)} has the proxy ${proxy}`, () =>
    equal(environmentProxy(env)?.proxy, proxy))
}

const proofpoint = 'wss://logstream.proofpoint.com:443/v1/stream'
for (const [url, noProxy, past] of [
  [proofpoint, undefined, false],
  [proofpoint, '*', true],
  [proofpoint, 'example.com, proofpoint.com', true],
  [proofpoint, '.proofpoint.com', true],
  [proofpoint, '*.proofpoint.com', true],
  [proofpoint, 'Logstream.Proofpoint.com', true],
  [proofpoint, 'logstream.proofpoint.com:443', true],
  [proofpoint, 'logstream.proofpoint.com:444', false],
  [proofpoint, 'point.com', false],
  ['wss://10.0.0.1:8443/v1/stream', '10.0.0.1', true],
  ['wss://10.0.0.1:8443/v1/stream', '0.0.1', false],
  ['wss://localhost:8443/v1/stream', undefined, true],
  ['wss://127.0.0.1/v1/stream', undefined, true],
  ['wss://[::1]:8443/v1/stream', undefined, true],
  ['ws://logstream.example/v1/stream', undefined, true],
] as const) {
  test(`with NO_PROXY=${noProxy} ${url} goes ${past ? 'past' : 'through'} the proxy`, () => {
    equal(goesPast(url, { NO_PROXY: noProxy }), past)
    equal(goesPast(url, { no_proxy: noProxy, NO_PROXY: '*' }), noProxy === undefined ? true : past)
  })
}

const pems = await createPems()
const remote = vendorFile.replaceAll('127.0.0.1', 'logstream.example')

function read(text: string, env: NodeJS.ProcessEnv = {}) {
  const { config, findings } = interpret(text, { ...surroundings(pems), env })
  return {
    proxies: config?.inputs[0]?.services.map(({ proxy }) => proxy),
    faults: render('config.yaml', findings.faults),
  }
}

const withProxy = (text: string, proxy: string): string =>
  text.replace('    environment: prod', `    environment: prod\n    proxy: ${proxy}`)

test('the proxy of an input is that of its streams, whatever the environment says', () => {
  const env = { HTTPS_PROXY: 'http://other:1', NO_PROXY: '*' }
  const { proxies, faults } = read(withProxy(vendorFile, 'http://u:p@proxy.example:3128'), env)
  deepEqual([proxies, faults], [new Array(2).fill('http://u:p@proxy.example:3128'), []])
})

test('without one it is that of the environment, unless the stream goes past it', () => {
  const env = { HTTPS_PROXY: 'http://proxy.example:1' }
  deepEqual(read(remote, env).proxies, new Array(2).fill('http://proxy.example:1'))
  deepEqual(read(remote, { ...env, NO_PROXY: 'logstream.example' }).proxies, [undefined, undefined])
  deepEqual(read(vendorFile, env).proxies, [undefined, undefined])
})

for (const [name, text, env, expected] of [
  [
    'a bad proxy',
    withProxy(vendorFile, 'socks5://u:canary@proxy.example:1'),
    {},
    /^config.yaml:27:12 inputs.proofpoint_on_demand.proxy: is not http/,
  ],
  ['a placeholder', withProxy(vendorFile, '<proxy>'), {}, /27:12 .*proxy: still holds the placeholder/],
  [
    'a bad proxy in the environment',
    remote,
    { https_proxy: 'socks5://u:canary@proxy.example:1' },
    /^environment variable https_proxy inputs.proofpoint_on_demand.services.message: is not http/,
  ],
  [
    'a stream without TLS',
    withProxy(vendorFile, 'http://u:canary@proxy.example:1')
      .replace('base: wss', 'base: ws')
      .replace('start_time:', 'allow_insecure: true'),
    {},
    /33:28 .*override_url_base: is ws:\/\/.*through its proxy only wss/,
  ],
] as const) {
  test(`${name} is explained in one finding, without a password`, () => {
    const { faults } = read(text, env)
    equal(faults.length, 1, faults.join('\n'))
    match(faults[0] ?? '', expected)
    doesNotMatch(faults[0] ?? '', /canary/)
  })
}
