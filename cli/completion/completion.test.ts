// The scripts, as the shells run them.

import { deepEqual, equal } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { Argument, Command, Option } from 'commander'
import { scriptOf } from './scripts.ts'
import { placesOf } from './words.ts'

const file = new Option('--config <file>')
const form = new Option('-o, --output <form>').choices(['text', 'json'])
const program = new Command('podpipe')
program.addCommand(
  new Command('run').addArgument(new Argument('<what>').choices(['all', 'dedup'])).addOption(file),
)
program.addCommand(
  new Command('replay').addOption(form).option('--from <time>').addCommand(new Command('ls').addOption(file)),
)
program.addCommand(
  new Command('rejected').addCommand(new Command('export').argument('[file]').addOption(file)),
)
const places = placesOf(program)

/** What bash would offer behind these words, the last of which is being typed. */
function inBash(words: readonly string[]): string[] {
  const line = ['podpipe', ...words].map(word => `'${word}'`).join(' ')
  const script = `${scriptOf('bash', places)}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _podpipe; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { cwd: import.meta.dirname, encoding: 'utf8' })
    .split('\n')
    .filter(word => word !== '')
    .sort()
}

/** The same in zsh, where what is begun is compared by the shell itself. */
function inZsh(words: readonly string[]): string[] {
  const line = ['podpipe', ...words].map(word => `'${word}'`).join(' ')
  const stubs = `compadd() { shift; print -l -- $@ }; _files() { print -l -- *.ts }`
  const script = `${stubs}\n${scriptOf('zsh', places)}\nwords=(${line}); CURRENT=${words.length + 1}; _podpipe`
  return execFileSync('zsh', ['-f', '-c', script], { cwd: import.meta.dirname, encoding: 'utf8' })
    .split('\n')
    .filter(word => word.startsWith(words.at(-1) ?? '') && word !== '')
    .sort()
}

const hasZsh = spawnSync('zsh', ['--version']).status === 0
const files = ['completion.test.ts', 'completion.ts', 'scripts.ts', 'words.ts']

for (const [words, expected] of [
  [[''], ['rejected', 'replay', 'run']],
  [['re'], ['rejected', 'replay']],
  [['--'], ['--help']],
  [
    ['run', ''],
    ['all', 'dedup'],
  ],
  [['run', '--c'], ['--config']],
  [['run', '--config', ''], files],
  [['run', 'all', '--config', 'comp'], files.slice(0, 2)],
  [['replay', ''], ['ls']],
  [['replay', '-o', 'j'], ['json']],
  [
    ['replay', '--output', ''],
    ['json', 'text'],
  ],
  [['replay', '--from', ''], []],
  [
    ['replay', 'ls', ''],
    ['--config', '--help'],
  ],
  [
    ['replay', '-o', 'json', 'ls', '--'],
    ['--config', '--help'],
  ],
  [['rejected', 'export', 'w'], ['words.ts']],
  [
    ['rejected', 'export', '--'],
    ['--config', '--help'],
  ],
  [
    ['unknown', ''],
    ['rejected', 'replay', 'run'],
  ],
] as const) {
  test(`behind "${words.join(' ')}" comes ${expected.join(', ') || 'nothing'}`, t => {
    deepEqual(inBash(words), [...expected])
    if (hasZsh) deepEqual(inZsh(words), [...expected])
    else t.diagnostic('zsh is not installed, so its script was not run')
  })
}

test('the scripts are made from all commands of podpipe', () => {
  const main = new URL('../main.ts', import.meta.url).pathname
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  const commands = [...run('--help').matchAll(/^ {2}(\w+) .*$/gm)]
    .map(([, name = '']) => name)
    .filter(name => name !== 'podpipe' && name !== 'help' && !/^\d/.test(name))
  const [, offered = ''] =
    /compgen -W '([^']*)' -- "\$word"\)\); fi ;;/.exec(run('completion', 'bash').split("'') if")[1] ?? '') ??
    []
  deepEqual(offered.split(' ').sort(), [...new Set(commands)].sort())
  for (const shell of ['bash', ...(hasZsh ? ['zsh'] : [])]) {
    const checked = spawnSync(shell, ['-n'], { input: run('completion', shell), encoding: 'utf8' })
    equal(checked.stderr, '', shell)
  }
})
