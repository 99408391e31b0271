// Writes what is made from the code: pages, and the kernels in WebAssembly. With --check it only says what is stale.

import { readFile, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openapiText } from '@podpipe/console/openapi.ts'
import { exampleFile } from '@podpipe/runtime/config/pages/example.ts'
import { schemaText } from '@podpipe/runtime/config/pages/json-schema.ts'
import { referencePage } from '@podpipe/runtime/config/pages/reference.ts'
import { metricsPage } from '@podpipe/runtime/metrics/page.ts'
import { dashboards } from '../deploy/grafana/dashboards.ts'
import { modelOf } from '../deploy/grafana/panel.ts'
import { valuesSchema } from '../deploy/helm/values-schema.ts'
import { licencesPage } from '../deploy/supply/licences.ts'
import { compile, kernels } from './kernels.ts'
import { rightsPage } from './rights-page.ts'

const pages: readonly {
  readonly file: string
  readonly make: () => string | Promise<string | Uint8Array>
}[] = [
  { file: 'metrics.md', make: metricsPage },
  ...dashboards.map(dashboard => ({
    file: `../deploy/grafana/${dashboard.uid}.json`,
    make: () => `${JSON.stringify(modelOf(dashboard), undefined, 2)}\n`,
  })),
  { file: 'configuration.md', make: referencePage },
  { file: 'rights.md', make: rightsPage },
  { file: 'licences.md', make: licencesPage },
  { file: '../config.example.yaml', make: exampleFile },
  { file: '../config.schema.json', make: schemaText },
  { file: 'openapi.json', make: openapiText },
  { file: '../deploy/helm/podpipe/values.schema.json', make: valuesSchema },
  ...kernels.map(file => ({ file, make: () => compile(file) })),
]

const onlyCheck = process.argv.includes('--check')

for (const { file, make } of pages) {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const wanted = Buffer.from(await make())
  const found = await readFile(path).catch(() => undefined)
  if (found?.equals(wanted)) continue
  const shown = relative(process.cwd(), path)
  if (onlyCheck) {
    process.stderr.write(`${shown} is not what the code says; write it anew with: npm run docs\n`)
    process.exitCode = 1
  } else {
    await writeFile(path, wanted)
    process.stdout.write(`${shown} written\n`)
  }
}
