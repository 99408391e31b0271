// The vendor's tables of parameters, as values that stand in its file. Only tests import this file.

export interface Rule {
  readonly parameter: string
  /** The line of the vendor's file, up to the value. */
  readonly line: string
  readonly good: readonly string[]
  /** Good too, and warned of. */
  readonly odd?: readonly (readonly [string, RegExp])[]
  readonly bad: readonly (readonly [string, RegExp])[]
}

export const input = 'inputs.proofpoint_on_demand'
export const message = `${input}.services.message`
const tooLong = (length: number, rule: string) =>
  new RegExp(`has ${length} characters, and the vendor's rule is ${rule}; .*podpipe takes it as it is`)

const file = (parameter: 'chain' | 'cert' | 'key', sample: string): Rule => ({
  parameter: `outputs.devo_1.config.${parameter}`,
  line: `      ${parameter}: ${sample}`,
  good: ['a.pe', 'abcdefghijklmnop.crt'],
  odd: [
    ['a.p', tooLong(3, '4 to 20')],
    ['abcdefghijklmnopq.crt', tooLong(21, '4 to 20')],
  ],
  bad: [
    ['', /has no value; .*fill it in/],
    ['none.crt', /there is no file \/pod\/certs\/none.crt/],
  ],
})

export const rules: readonly Rule[] = [
  {
    parameter: 'globals.id',
    line: '  id: not_used',
    good: ['1', '12345', 'abcde'],
    odd: [['abcdef', tooLong(6, '1 to 5')]],
    bad: [['[a]', /must be a text/]],
  },
  {
    parameter: 'globals.name',
    line: '  name: proofpoint-on-demand',
    good: ['a', 'abcdefghij'],
    odd: [['abcdefghijk', tooLong(11, '1 to 10')]],
    bad: [['[a]', /must be a text/]],
  },
  {
    parameter: 'globals.debug',
    line: '  debug: false',
    good: ['true', 'false', 'yes', 'Off', '"true"'],
    bad: [
      ['maybe', /must be a yes or no \(found "maybe"\); write true or false/],
      ['1', /must be a yes or no \(found 1\)/],
    ],
  },
  {
    parameter: 'globals.persistence.type',
    line: '    type: filesystem',
    good: ['filesystem'],
    odd: [
      ['memory', /memory has no meaning in podpipe/],
      ['redis', /redis has no meaning in podpipe/],
    ],
    bad: [['disk', /must be one of filesystem, memory, redis \(found "disk"\)/]],
  },
  {
    parameter: 'outputs.devo_1.config.address',
    line: '      address: collector-us.devo.io',
    good: ['collector-eu.devo.io', '127.0.0.1', '"::1"'],
    bad: [
      ['', /has no value/],
      ['a b', /is no host name or IP address/],
      ['https://collector-us.devo.io', /is a URL .*only the host name/],
      ['collector-us.devo.io:443', /ends in a port .*use the key for the port/],
    ],
  },
  {
    parameter: 'outputs.devo_1.config.port',
    line: '      port: 443',
    good: ['1', '65535', '"443"'],
    bad: [
      ['0', /must be a whole number from 1 to 65535 \(found 0\)/],
      ['65536', /from 1 to 65535 \(found 65536\)/],
      ['https', /from 1 to 65535 \(found "https"\)/],
    ],
  },
  {
    parameter: 'outputs.devo_1.config.type',
    line: '      type: SSL',
    good: ['SSL', 'ssl'],
    bad: [['TCP', /must be SSL, found "TCP"; Devo takes events over TLS only/]],
  },
  file('chain', 'chain.crt'),
  file('cert', 'acme.crt'),
  file('key', 'acme.key'),
  {
    parameter: `${input}.id`,
    line: '    id: 12345',
    good: ['1', '99999', '"1"', 'abcde', '007'],
    bad: [
      ['', /has no value/],
      ['""', /is empty/],
      ['100000', /has 6 characters and may have 1 to 5 \(found 100000\); choose another/],
      ['abcdef', /has 6 characters and may have 1 to 5 \(found "abcdef"\)/],
      ['<unique_id>', /still holds the placeholder "<unique_id>"; fill it in/],
    ],
  },
  {
    parameter: `${input}.enabled`,
    line: '    enabled: true',
    good: ['true', 'True', 'yes', '"true"', ''],
    bad: [
      ['maybe', /must be a yes or no/],
      ['2', /must be a yes or no/],
    ],
  },
  {
    parameter: `${input}.credentials.cluster_id`,
    line: '      cluster_id: acme_hosted',
    good: ['x', '12345'],
    bad: [
      ['', /has no value; .*API Key Management/],
      ['" "', /is empty/],
      ['<cluster_id>', /placeholder "<cluster_id>"/],
    ],
  },
  {
    parameter: `${input}.credentials.api_key`,
    line: '      api_key: canary-secret-key',
    good: ['x', '12345'],
    bad: [
      ['', /has no value/],
      ['""', /is empty/],
      ['<api_key>', /still holds the placeholder of the documentation/],
    ],
  },
  {
    parameter: `${message}.request_period_in_seconds`,
    line: '        request_period_in_seconds: 60',
    good: ['1', '"1"', '1.5', '86400', ''],
    bad: [
      ['0', /must be a number of seconds from 1 to \d+ \(found 0\)/],
      ['0.99', /found 0.99/],
      ['"0"', /found "0"/],
      ['-1', /found -1/],
      ['1m', /found "1m"/],
    ],
  },
  {
    parameter: `${message}.start_time`,
    line: '        start_time:',
    good: [
      '',
      '""',
      '2024-05-22T12:10:03.058340-0700',
      '"2024-05-22T12:10:03.058340-0700"',
      "'2024-05-22T12:10:03.058340-07:00'",
      '2024-05-22T12:10:03-0500',
      '2024-05-22T12:10:03Z',
      '2024-05-22T12:10:03+00:00',
      '2024-05-02T00:00:00Z',
      '2024-06-01T00:00:00Z',
    ],
    odd: [['2024-05-01T23:59:59Z', /is clamped: .* 30 days/]],
    bad: [
      ['2024-06-01T00:00:01Z', /lies in the future \(it is 2024-06-01T00:00:00.000Z now\)/],
      ['2024-05-31T19:00:01-0500', /lies in the future/],
      ['2024-05-22T12:10:03', /has no offset from UTC .*write Z behind it/],
      ['2024-05-22', /is no date and time/],
      ['2024-05-22 12:10:03Z', /is no date and time/],
      ['2023-02-29T00:00:00Z', /is no date and time/],
      ['<start_time>', /placeholder/],
    ],
  },
  {
    parameter: `${message}.override_tag_base`,
    line: '        override_tag_base:',
    good: ['', 'my.app.pod', 'mail.proofpoint.pod.message', 'a-1.b_2.C'],
    bad: [
      ['my.app', /has 2 of at least 3 levels/],
      ['my..app.pod', /has the level "" .*single dots/],
      ['my.app.p d', /has the level "p d"/],
      ['.my.app.pod', /has the level ""/],
    ],
  },
  {
    parameter: `${message}.override_url_base`,
    line: '        override_url_base: wss://127.0.0.1:8443/v1/stream',
    good: ['', 'wss://pod.example', 'wss://pod.example:443/v1/stream'],
    bad: [
      ['pod.example', /is not a URL/],
      ['https://pod.example', /starts with https:\/\/, .*use wss/],
      ['ws://pod.example', /starts with ws:\/\/, .*clear text; use wss/],
      [
        'wss://pod.example/v1/stream?type=message',
        /holds a query or fragment; podpipe adds the query itself/,
      ],
      ['wss://pod.example/v1/stream#x', /holds a query or fragment/],
      ['wss://u:p@pod.example/', /holds a user name or password/],
    ],
  },
]
