// Who looks, how quick the console is, and whether somebody guesses.

import type { Dashboard } from './panel.ts'
import { line, rate } from './parts.ts'

export const console: Dashboard = {
  uid: 'podpipe-console',
  title: 'podpipe: console',
  description: 'Who looks, how quick the console is, and whether somebody guesses.',
  panels: [
    line('Viewers', 'short', 'Pages that follow the live picture.', [
      { query: 'sum(podpipe_console_viewers)', legend: 'viewers' },
    ]),
    line('Answers', 'reqps', 'Requests to the API a second, by the class of their status.', [
      { query: rate('podpipe_console_requests_total', 'status'), legend: '{{status}}' },
    ]),
    line('Gathering a picture', 's', 'Above a second the page is behind.', [
      {
        query:
          'histogram_quantile(0.5, sum by (le) (rate(podpipe_console_gathering_seconds_bucket[$__rate_interval])))',
        legend: 'median',
      },
      {
        query:
          'histogram_quantile(0.99, sum by (le) (rate(podpipe_console_gathering_seconds_bucket[$__rate_interval])))',
        legend: '99 %',
      },
    ]),
    line('Refused sign-ins', 'short', 'In the last five minutes. Many at once: somebody guesses.', [
      {
        query: 'sum by (reason) (increase(podpipe_console_refused_sign_ins_total[5m]))',
        legend: '{{reason}}',
      },
    ]),
    line('Notes that Kafka did not take', 'short', 'In the last five minutes; they are tried again.', [
      { query: 'sum(increase(podpipe_console_note_failures_total[5m]))', legend: 'failures' },
    ]),
  ],
}
