// What a person has asked for cannot be done, and what to do differs between a terminal and a page.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'

/** The message is that of the command line; a console takes `what` and `onPage`. */
export class AskedError extends ConfigurationError {
  /** What is wrong, where and why, in whole sentences; it may begin with the flag that it concerns. */
  readonly what: string
  /** What to do at a page, in whole sentences. */
  readonly onPage: string

  constructor(what: string, fix: { readonly command: string; readonly page: string }) {
    super(`${what} ${fix.command}`)
    this.what = what
    this.onPage = fix.page
  }
}
