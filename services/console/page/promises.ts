// What each kind of evidence promises, in a sentence or two; docs/confirmation.md says all of it. Pure.

const promises: Readonly<Record<string, string>> = {
  close_notify:
    'The peer has closed the encrypted connection after our end: whoever holds its key has read every event. The strongest that there is.',
  fin: 'The peer has closed the connection after our end, with every byte acknowledged: its process has taken every event off the socket.',
  bare_fin:
    'The peer has acknowledged every byte and closed without a close_notify: what a dying peer had taken and not worked through can be lost.',
  acked:
    'The peer’s TCP has acknowledged every byte: what it had not read when it died can be lost, as a rule up to 6 MB a connection.',
  written: 'This machine has taken the bytes to send. It proves nothing about the peer.',
}

const levels: Readonly<Record<string, string>> = {
  auto: 'the strongest that the peer gives',
  closed: 'a clean end of the connection, nothing less',
  acked: 'acknowledged by the peer’s TCP, or better',
  written: 'that the bytes were handed to the system',
}

/** What the evidence proves. */
export const promiseOf = (evidence: string): string => promises[evidence] ?? 'Unknown to this page.'

/** What a level of `confirm` asks for. */
export const levelOf = (confirm: string): string => levels[confirm] ?? confirm
