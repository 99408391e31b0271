// Completion scripts for bash and zsh. Pure.

import type { Place } from './words.ts'

export const shells = ['bash', 'zsh'] as const

export type Shell = (typeof shells)[number]

/** How each shell says what can be typed. All words are of letters, digits and dashes. */
const dialects = {
  bash: {
    list: (words: readonly string[]) => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word"))`,
    files: 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word"))',
    nothing: 'COMPREPLY=()',
  },
  zsh: {
    list: (words: readonly string[]) => `compadd -- ${words.join(' ')}`,
    files: '_files',
    nothing: ':',
  },
} as const

/** The script of a shell for all places. */
export const scriptOf = (shell: Shell, places: readonly Place[]): string =>
  shell === 'bash' ? bashScript(places) : zshScript(places)

function bashScript(places: readonly Place[]): string {
  return [
    '# Completion of podpipe for bash. To have it: source <(podpipe completion bash)',
    '_podpipe() {',
    // A colon or an equals sign would cut a word in two elsewhere; podpipe has none in its commands and flags.
    `  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} place='' each`,
    `  for each in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do`,
    ...walk(places),
    '  done',
    ...answers('bash', places),
    '}',
    'complete -F _podpipe podpipe',
    '',
  ].join('\n')
}

function zshScript(places: readonly Place[]): string {
  return [
    '#compdef podpipe',
    '# Completion of podpipe for zsh. To have it: source <(podpipe completion zsh), or put it into a file _podpipe in $fpath',
    '_podpipe() {',
    `  local word=\${words[CURRENT]} before=\${words[CURRENT - 1]} place='' each`,
    `  for each in "\${(@)words[2,CURRENT - 1]}"; do`,
    ...walk(places),
    '  done',
    ...answers('zsh', places),
    '}',
    '(( ! $+functions[compdef] )) || compdef _podpipe podpipe',
    '',
  ].join('\n')
}

/** Which command the words so far lead to. */
function walk(places: readonly Place[]): string[] {
  const known = places.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  return [
    `    case "\${place:+$place }$each" in`,
    `      ${known.join('|')}) place="\${place:+$place }$each" ;;`,
    '    esac',
  ]
}

function answers(shell: Shell, places: readonly Place[]): string[] {
  const { list, files, nothing } = dialects[shell]
  const behindOptions = places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, takes }) => {
      if (takes === 'nothing') return []
      const patterns = flags.map(flag => `'${path}:${flag}'`).join('|')
      const answer = takes === 'file' ? files : takes === 'anything' ? nothing : list(takes)
      return [`    ${patterns}) ${answer}; return ;;`]
    }),
  )
  const here = places.map(({ path, commands, words, options }) => {
    const flags = options.flatMap(option => option.flags.filter(flag => flag.startsWith('--')))
    if (words === 'file') {
      return `    '${path}') if [[ $word == -* ]]; then ${list(flags)}; else ${files}; fi ;;`
    }
    const plain = [...commands, ...words]
    // Flags only for who has begun one, or where nothing else can stand.
    if (plain.length === 0) return `    '${path}') ${list(flags)} ;;`
    return `    '${path}') if [[ $word == -* ]]; then ${list(flags)}; else ${list(plain)}; fi ;;`
  })
  return ['  case "$place:$before" in', ...behindOptions, '  esac', '  case "$place" in', ...here, '  esac']
}
