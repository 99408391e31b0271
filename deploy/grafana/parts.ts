// What podpipe's dashboards are put together from.

import type { Panel, Query } from './panel.ts'

/** Events a second, of a counter. */
export const rate = (metric: string, by: string, filter = ''): string =>
  `sum by (${by}) (rate(${metric}${filter}[$__rate_interval]))`

/** A chart over time, half as wide as the dashboard. */
export const line = (
  title: string,
  unit: string,
  description: string,
  queries: readonly Query[],
  more: Partial<Panel> = {},
): Panel => ({
  title,
  unit,
  description,
  queries,
  kind: 'timeseries',
  width: 12,
  ...more,
})

/** A large number, as it is now. */
export const number = (
  title: string,
  unit: string,
  description: string,
  query: string,
  more: Partial<Panel> = {},
): Panel => ({
  title,
  unit,
  description,
  queries: [{ query }],
  kind: 'stat',
  width: 4,
  ...more,
})
