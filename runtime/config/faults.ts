// Why a configuration cannot be used: all its faults at once, for people and for programs.

import { ConfigurationError } from '../errors.ts'
import type { Explained } from './reading/findings.ts'

/** The faults of a configuration, in file order; its message is what people read, two lines a fault. */
export class ConfigurationFaults extends ConfigurationError {
  readonly faults: readonly Explained[]

  constructor(faults: readonly Explained[]) {
    super(faults.map(({ text }) => text).join('\n'))
    this.faults = faults
  }
}
