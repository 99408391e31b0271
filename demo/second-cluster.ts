// A second cluster of Proofpoint beside a demo that goes on: no file names it, so it waits for the collector that a person adds.

import type { Certificates } from '@podpipe/simulators/certificates.ts'
import {
  type Proofpoint,
  type ProofpointOptions,
  startProofpoint,
} from '@podpipe/simulators/proofpoint/proofpoint.ts'

const cluster = 'second_hosted'
const apiKey = 'second-token'

/** Starts it; whoever does closes it. */
export const startSecondCluster = (
  certificates: Certificates,
  options: Partial<ProofpointOptions>,
): Promise<Proofpoint> => startProofpoint({ ...options, certificates, cluster, tokens: [apiKey] })

/** The collector that reads it, as the console takes it. */
export function collectorOf({ url }: Proofpoint): string {
  const service = `{ "override_url_base": "${url}" }`
  return `{
  "inputs": {
    "second": {
      "id": "two",
      "credentials": { "cluster_id": "${cluster}", "api_key": "${apiKey}" },
      "services": {
        "message": ${service},
        "maillog": ${service}
      }
    }
  }
}`
}
