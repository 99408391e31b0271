// Writes the pages that are made from the code. With --check it only says which of them are stale.

import { readFile, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleFile } from '@podpipe/runtime/config/pages/example.ts'
import { schemaText } from '@podpipe/runtime/config/pages/json-schema.ts'
import { referencePage } from '@podpipe/runtime/config/pages/reference.ts'
import { metricsPage } from '@podpipe/runtime/metrics/page.ts'
import { dashboards } from '../deploy/grafana/dashboards.ts'
import { modelOf } from '../deploy/grafana/panel.ts'

const pages: readonly { readonly file: string; readonly text: () => string }[] = [
  { file: 'metrics.md', text: metricsPage },
  ...dashboards.map(dashboard => ({
    file: `../deploy/grafana/${dashboard.uid}.json`,
    text: () => `${JSON.stringify(modelOf(dashboard), undefined, 2)}\n`,
  })),
  { file: 'configuration.md', text: referencePage },
  { file: '../config.example.yaml', text: exampleFile },
  { file: '../config.schema.json', text: schemaText },
]

const onlyCheck = process.argv.includes('--check')

for (const { file, text } of pages) {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const wanted = text()
  const found = await readFile(path, 'utf8').catch(() => '')
  if (found === wanted) continue
  const shown = relative(process.cwd(), path)
  if (onlyCheck) {
    process.stderr.write(`${shown} is not what the code says; write it anew with: npm run docs\n`)
    process.exitCode = 1
  } else {
    await writeFile(path, wanted)
    process.stdout.write(`${shown} written\n`)
  }
}
