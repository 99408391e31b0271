// The command line: one command a file, and one place that turns an error into a sentence and an exit code.

import { ConfigurationFaults } from '@podpipe/runtime/config/faults.ts'
import { ConfigurationError, exitCodes, reasonOf } from '@podpipe/runtime/errors.ts'
import { isPassing } from '@podpipe/runtime/kafka/passing.ts'
import { isRefusal } from '@podpipe/runtime/kafka/refusal.ts'
import { version } from '@podpipe/runtime/version.ts'
import { Command, CommanderError } from 'commander'
import { loadCommands } from './commands.ts'
import { formOf } from './common-options.ts'
import { endWithOutput, WriteFailure } from './printing.ts'
import { usageFault } from './usage-fault.ts'

const program = new Command('podpipe')
  .description(
    'carries Proofpoint on Demand mail logs through Apache Kafka to Devo and loses nothing on the way',
  )
  .version(version)
  // What follows a command is the command's, also where one of its own commands has an option of the same name.
  .enablePositionalOptions()
  .addHelpText(
    'after',
    `
Examples:
  podpipe config example > config/config.yaml
  podpipe validate --config config/config.yaml
  podpipe run all --config config/config.yaml
  podpipe status --config config/config.yaml

Exit codes:
  0   done, or stopped in order
  1   the run failed; a restart may help
  78  bad configuration: a flag, a file, a certificate, a port, Java; the message says what to do`,
  )

// What a machine asked for is answered in its form, good or bad.
let form: unknown
program.hook('preAction', (_, action) => {
  form = formOf(action)
})

endWithOutput()
try {
  for (const command of await loadCommands(process.argv[2])) program.addCommand(command)
  for (const command of [program, ...program.commands.flatMap(each => [each, ...each.commands])]) {
    command.exitOverride().configureOutput({ outputError: () => undefined })
  }
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.help') return exitCodes.ok
    const names = new Map(
      program.commands.map(each => [each.name(), each.commands.map(below => below.name())]),
    )
    process.stderr.write(`podpipe: ${usageFault(error, process.argv.slice(2), names)}\n`)
    return exitCodes.configuration
  }
  if (error instanceof ConfigurationFaults) {
    // Each fault begins with its place, as editors and terminals know it.
    if (form === 'json') process.stdout.write(`${JSON.stringify({ faults: error.faults })}\n`)
    else process.stderr.write(`${error.message}\n`)
    return exitCodes.configuration
  }
  if (error instanceof ConfigurationError) {
    process.stderr.write(`podpipe: ${error.message}\n`)
    return exitCodes.configuration
  }
  if (error instanceof WriteFailure) {
    process.stderr.write(`podpipe: ${error.message}\n`)
    return exitCodes.failed
  }
  if (isRefusal(error)) {
    process.stderr.write(
      `podpipe: Kafka does not allow this: ${reasonOf(error)} Give the user that podpipe is to Kafka (kafka.sasl, kafka.tls) the right to it; podpipe validate --check-connections says which the services need.\n`,
    )
    return exitCodes.configuration
  }
  if (isPassing(error)) {
    process.stderr.write(
      `podpipe: Kafka does not answer as it should: ${reasonOf(error)}. Check that all of its brokers run, and run this again.\n`,
    )
    return exitCodes.failed
  }
  process.stderr.write(`podpipe: ${error instanceof Error ? error.stack : String(error)}\n`)
  return exitCodes.failed
}
