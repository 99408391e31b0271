// How the Proofpoint simulator treats every session: the switches, and what they are when nothing is said.

/** They may be changed while the simulator runs; those read at a session's opening then hold from the next one on. */
export interface SessionRules {
  /** Frames a second; 0 for as fast as the peer reads. */
  rate: number
  /** Send text that is valid UTF-8 in binary messages too. */
  binary: boolean
  /** End every frame with a line feed. */
  trailingNewline: boolean
  /** Send every frame as so many WebSocket fragments; 1: whole. */
  fragments: number
  /** Ping the peer every so many milliseconds; 0: never. */
  pingMs: number
  /** After an unclean end, repeat what was written so many milliseconds before the peer last read; 0: nothing. */
  repeatAfterUncleanEndMs: number
  /** After an unclean end, the session counts as open for so many milliseconds. */
  lingerMs: number
  /** Drop a session on which neither side sent anything of itself for so many milliseconds; 0: never. */
  idleDropMs: number
  /** Drop it with a Close frame of this code; 0: without one. */
  idleCloseCode: number
  /** Keep an archive session without toTime open and send what comes of age. */
  archiveTail: boolean
  /** Offer nothing live before its own time, as the real service does; else live is as fast as the peer reads. */
  punctual: boolean
  /** Begin the first session of a token at most an hour back; else with everything that is offered. */
  firstSessionHour: boolean
  /** Share of slots that live mode leaves out, as operators report of the real service; the archive has them. */
  liveMisses: number
}

/** Fills in the defaults. */
export function rulesOf(options: Partial<SessionRules>): SessionRules {
  return {
    rate: options.rate ?? 0,
    binary: options.binary ?? false,
    trailingNewline: options.trailingNewline ?? false,
    fragments: options.fragments ?? 1,
    pingMs: options.pingMs ?? 0,
    repeatAfterUncleanEndMs: options.repeatAfterUncleanEndMs ?? 0,
    lingerMs: options.lingerMs ?? 0,
    idleDropMs: options.idleDropMs ?? 0,
    idleCloseCode: options.idleCloseCode ?? 0,
    archiveTail: options.archiveTail ?? false,
    punctual: options.punctual ?? false,
    firstSessionHour: options.firstSessionHour ?? false,
    liveMisses: options.liveMisses ?? 0,
  }
}
