// The API keys as the configuration has them now: a key is renewed while podpipe runs.

import { ConfigurationError } from '../errors.ts'
import type { Input, PodpipeConfig } from './config.ts'
import { type FileNames, readConfig } from './read.ts'

/** The keys of one input; each is a secret. */
export type Keys = Pick<Input, 'apiKey' | 'backfillApiKey'>

/**
 * Reads the configuration anew, with the files that it names.
 * @param input as it was read at the start: other keys for another cluster are not its keys
 * @throws ConfigurationError without the keys in its message
 */
export function readKeysAnew(files: FileNames, env: NodeJS.ProcessEnv, input: Input): Keys {
  const config = readConfig(files, env)
  const { file } = config
  const found = config.inputs.find(({ name }) => name === input.name)
  if (found === undefined) {
    throw new ConfigurationError(
      `${file}: there is no input ${input.name} any more; podpipe goes on with it as it was until the configuration as a whole is good`,
    )
  }
  if (found.cluster !== input.cluster) {
    throw new ConfigurationError(
      `${file}: the input ${input.name} is for another cluster now; podpipe goes on with ${input.cluster} until the configuration as a whole is good`,
    )
  }
  return { apiKey: found.apiKey, backfillApiKey: found.backfillApiKey }
}

/** Those of a collector of the console, which come with the configuration in use; the last ones where it is gone by now. */
export function keysOfCollector({ inputs }: Pick<PodpipeConfig, 'inputs'>, input: Input): Keys {
  const { apiKey, backfillApiKey } =
    inputs.find(({ name, cluster }) => name === input.name && cluster === input.cluster) ?? input
  return { apiKey, backfillApiKey }
}
