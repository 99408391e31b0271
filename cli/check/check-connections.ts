// Every connection that a configuration leads to, tried once.

import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import type { Output, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { checkCertificates } from './certificates.ts'
import { type Check, good } from './check.ts'
import { checkKafka } from './kafka.ts'
import { checkPeer } from './peer.ts'
import { checkInput } from './proofpoint.ts'

/**
 * Checks what is enabled: Kafka, then the inputs, then the outputs, side by side.
 * @param now milliseconds since 1970
 */
export async function checkConnections(config: PodpipeConfig, now: number): Promise<Check[]> {
  const inputs = config.inputs.filter(({ enabled }) => enabled)
  const checks = await Promise.all([
    checkKafka(config),
    ...inputs.map(input => checkInput(input, now)),
    checkOutputs(config, now),
  ])
  return checks.flat()
}

/** Checks the outputs alone that are enabled. */
export async function checkOutputs(
  { outputs }: Pick<PodpipeConfig, 'outputs'>,
  now: number,
): Promise<Check[]> {
  const enabled = outputs.filter(output => output.enabled)
  return (await Promise.all(enabled.map(output => checkOutput(output, now)))).flat()
}

async function checkOutput(output: Output, now: number): Promise<Check[]> {
  const part = `outputs.${output.name}`
  if (output.kind === 'console') return [good(part, 'the standard output needs no connection')]
  if (output.kind === 'tcp') return [await checkPeer(output)]
  const [cert, key, chain] = [output.cert, output.key, output.chain].map(file => readFileSync(file, 'utf8'))
  const roots = output.systemRoots ? getCACertificates('default') : []
  const pems = { cert: cert ?? '', key: key ?? '', chain: chain ?? '' }
  return [...checkCertificates(part, pems, roots, now), await checkPeer(output)]
}
