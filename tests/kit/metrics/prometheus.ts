// A Prometheus of a test's own, where one is installed (Debian's package prometheus): it scrapes the services, and says
// for which of podpipe's alerts the expression holds. For how long it has to hold before somebody is called, `for:`, is
// left out here; alerts.test.yml has that.

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { parse } from 'yaml'
import { atEnd } from '../at-end.ts'
import { testDirectory } from '../directory.ts'
import { eventually } from '../eventually.ts'

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0

/** An alert whose expression holds, with the labels of what it holds for. */
export interface Holding {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Prometheus {
  holding(): Promise<Holding[]>
}

interface Rule {
  readonly alert: string
  readonly expr: string
}

const rulesFile = new URL('../../../deploy/prometheus/alerts.yml', import.meta.url)

/** @param targets addresses by the name of their job */
export async function startPrometheus(
  t: TestContext,
  targets: Readonly<Record<string, string>>,
): Promise<Prometheus> {
  const directory = testDirectory(t)
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'prometheus.yml')
  const jobs = Object.entries(targets).map(([job, address]) => ({
    job_name: job,
    static_configs: [{ targets: [address] }],
  }))
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: jobs }),
  )
  const [port = 0] = await freePorts(1)
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise(resolve => child.once('exit', resolve))
  atEnd(t, () => {
    child.kill('SIGTERM')
    return ended
  })
  const rules: readonly Rule[] = parse(readFileSync(rulesFile, 'utf8')).groups[0].rules
  const ask = async ({ alert, expr }: Rule): Promise<Holding[]> => {
    const query = new URLSearchParams({ query: expr })
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?${query}`)
    const { data } = (await answer.json()) as { data: { result: { metric: Record<string, string> }[] } }
    return data.result.map(({ metric }) => ({ alert, labels: metric }))
  }
  await eventually('Prometheus answers', () =>
    fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => (ok ? true : undefined),
      () => undefined,
    ),
  )
  return { holding: async () => (await Promise.all(rules.map(ask))).flat() }
}
