// `podpipe simulate`: the Proofpoint server and the Devo endpoint of the tests, as programs of their own.

import { Command, Option } from 'commander'
import { parseCount, parseEvents, parseOtherType, parsePort, parseShare } from './simulate-options.ts'

/** The command with its two subcommands; faults leave it as ConfigurationError. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('run a stand-in for Proofpoint or Devo, for trials and tests')
    .addHelpText('after', '\nExample:\n  podpipe simulate proofpoint')
    .addCommand(proofpointCommand())
    .addCommand(devoCommand())
}

function proofpointCommand(): Command {
  return shared(new Command('proofpoint'), 8443)
    .description('serve the log API of Proofpoint on Demand over wss, with made-up events or those of a file')
    .option('--cid <cluster>', 'the only cluster id that is known', 'simulated_hosted')
    .option('--token <token>', 'the only API key that is accepted', 'simulated-token')
    .option('--events <n>', 'frames in all, or like message=100,audit=5', parseEvents, 20_000)
    .option('--other-type <name:id:time>', 'offer a further type; its events are other=N', parseOtherType)
    .option('--events-file <file>', 'send the lines of this file, in place of made-up events')
    .option('--rate <n>', 'frames a second for each session, 0 = as fast as they are read', parseCount, 0)
    .option('--duplicates <share>', 'share of frames that repeat an earlier event', parseShare, 0)
    .option('--disorder <share>', 'share of frames that change places', parseShare, 0)
    .option('--junk <share>', 'share of frames that are no JSON object', parseShare, 0)
    .option('--without-id <share>', 'share of frames that are a JSON object without an id', parseShare, 0)
    .option('--multiline <share>', 'share of events written over many lines', parseShare, 0)
    .option('--oversize <share>', 'share of messages of more than 1 MB', parseShare, 0)
    .option('--seed <n>', 'the same seed makes the same run', parseCount, 1)
    .option('--repeat-after-unclean-end <ms>', 'send the last frames again after such an end', parseCount, 0)
    .option('--linger <ms>', 'after an unclean end, answer 409 for so long', parseCount, 0)
    .option(
      '--live-misses <share>',
      'share of frames that live mode leaves out; the archive has them',
      parseShare,
      0,
    )
    .option('--fragments <n>', 'send each frame in so many WebSocket fragments', parseCount, 1)
    .option('--ping <ms>', 'ping the client so often, 0 = never', parseCount, 0)
    .option(
      '--idle-drop <ms>',
      'drop a session on which nobody sent anything of its own for so long, 0 = never',
      parseCount,
      0,
    )
    .addHelpText(
      'after',
      `
Control: GET /stats, GET /ledger, POST /drop?type=all&how=MANNER, POST /refuse?status=503&times=1,
  POST /offer?type=message (the body is sent as one frame), POST /pause, POST /resume
  MANNER: close, a Close code, vanish (silence), reset, cut (reset inside a frame), random

Example:
  podpipe simulate proofpoint --events 20000 --duplicates 0.1 --control-port 8453`,
    )
    .action(async options => (await import('./simulate-proofpoint.ts')).simulateProofpoint(options))
}

function devoCommand(): Command {
  return shared(new Command('devo'), 8444)
    .description('receive events as Devo does, over TLS with a client certificate, and count them')
    .option('--plain', 'receive them on plain TCP, as a relay does')
    .addOption(
      new Option('--ending <manner>', "how the client's end of stream is answered")
        .choices(['clean', 'bare-fin', 'never'])
        .default('clean'),
    )
    .option(
      '--reset-after-bytes <n>',
      'reset a connection each time about so many bytes have come, 0 = never',
      parseCount,
      0,
    )
    .option('--reset-times <n>', 'do so at most so many times', parseCount)
    .option('--idle-close <ms>', 'close a connection that is silent for so long, 0 = never', parseCount, 0)
    .option('--bytes-per-second <n>', 'read no faster than this, 0 = no limit', parseCount, 0)
    .option('--seed <n>', 'the same seed draws the same numbers', parseCount, 1)
    .addHelpText(
      'after',
      `
Control: GET /stats, GET /hashes, POST /reset, POST /reset-next?bytes=1000, POST /stall, POST /resume,
  POST /refuse, POST /accept

Example:
  podpipe simulate devo --domain acme --reset-after-bytes 1000000 --reset-times 5`,
    )
    .action(async options => (await import('./simulate-devo.ts')).simulateDevo(options))
}

function shared(command: Command, port: number): Command {
  return command
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--port <port>', 'port to listen at, 0 = any free one', parsePort, port)
    .option('--certs <dir>', 'certificates; made when there are none', '.podpipe/certs')
    .option('--domain <name>', 'the Devo domain of the client certificate', 'simulated')
    .option('--host-name <name...>', 'further names that a new server certificate is for')
    .option('--control-port <port>', 'serve commands over HTTP on loopback, 0 = any free port', parsePort)
    .addOption(new Option('-o, --output <form>', 'what to print').choices(['text', 'json']).default('text'))
}
