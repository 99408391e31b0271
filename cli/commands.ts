// The commands by name. Each is loaded when it is asked for: `podpipe status` need not wait for what a broker needs.

import type { Command } from 'commander'

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run/run.ts')).runCommand(),
  validate: async () => (await import('./validate.ts')).validateCommand(),
  config: async () => (await import('./config/config.ts')).configCommand(),
  status: async () => (await import('./status/status.ts')).statusCommand(),
  top: async () => (await import('./top/top.ts')).topCommand(),
  doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  lag: async () => (await import('./lag/lag.ts')).lagCommand(),
  health: async () => (await import('./health/health.ts')).healthCommand(),
  find: async () => (await import('./find/find.ts')).findCommand(),
  tap: async () => (await import('./tap/tap.ts')).tapCommand(),
  topics: async () => (await import('./topics/topics.ts')).topicsCommand(),
  console: async () => (await import('./console/console.ts')).consoleCommand(),
  migrate: async () => (await import('./migrate/migrate.ts')).migrateCommand(),
  positions: async () => (await import('./positions/positions.ts')).positionsCommand(),
  replay: async () => (await import('./replay/replay.ts')).replayCommand(),
  rejected: async () => (await import('./rejected/rejected.ts')).rejectedCommand(),
  audit: async () => (await import('./audit/audit.ts')).auditCommand(),
  completion: async () => (await import('./completion/completion.ts')).completionCommand(),
  version: async () => (await import('./version.ts')).versionCommand(),
  simulate: async () => (await import('./simulate/simulate.ts')).simulateCommand(),
}

/** The command of that name; all of them for any other word, so that help and "did you mean" know them. */
export async function loadCommands(name: string | undefined): Promise<Command[]> {
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  return Promise.all(load === undefined ? Object.values(commands).map(each => each()) : [load()])
}
