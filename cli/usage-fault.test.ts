import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { usageFault } from './usage-fault.ts'

const names = new Map([
  ['run', []],
  ['rejected', ['ls', 'show']],
])

for (const [code, message, args, expected] of [
  [
    'commander.unknownCommand',
    "error: unknown command 'rum'\n(Did you mean run?)",
    ['rum'],
    "unknown command 'rum'. Did you mean run? See podpipe --help.",
  ],
  [
    'commander.unknownOption',
    "error: unknown option '--confg'\n(Did you mean --config?)",
    ['run', '--confg'],
    "unknown option '--confg'. Did you mean --config? See podpipe run --help.",
  ],
  [
    'commander.excessArguments',
    "error: too many arguments for 'ls'. Expected 0 arguments but got 1: sho.",
    ['rejected', 'sho'],
    'podpipe rejected sho: there is no such command. Did you mean show? It is one of ls, show. See podpipe rejected --help.',
  ],
  [
    'commander.excessArguments',
    "error: too many arguments for 'ls'. Expected 0 arguments but got 1: x.",
    ['rejected', 'ls', 'x'],
    "too many arguments for 'ls'. Expected 0 arguments but got 1: x. See podpipe rejected --help.",
  ],
  [
    'commander.invalidArgument',
    "error: command-argument value 'al' is invalid for argument 'what'. Allowed choices are all, ingest.",
    ['run', 'al'],
    'al: is none of what can stand there. Did you mean all? It is one of all, ingest. See podpipe run --help.',
  ],
  [
    'commander.invalidArgument',
    "error: command-argument value 'x' is invalid for argument 'number'. give a whole number",
    ['rejected', 'show', 'x'],
    'x: give a whole number. See podpipe rejected --help.',
  ],
  [
    'commander.invalidArgument',
    "error: option '-l, --limit <n>' argument 'x' is invalid. a limit is a whole number from 1 on",
    ['run', '--limit', 'x'],
    '--limit x: a limit is a whole number from 1 on. See podpipe run --help.',
  ],
  [
    'commander.missingArgument',
    "error: missing required argument 'number'",
    ['rejected', 'show'],
    "missing required argument 'number'. See podpipe rejected --help.",
  ],
] as const) {
  test(`podpipe ${args.join(' ')}`, () => equal(usageFault({ code, message }, args, names), expected))
}
