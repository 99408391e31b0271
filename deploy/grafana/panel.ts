// The few parts of a Grafana dashboard that podpipe's need, as its JSON model has them (schema version 39, Grafana 10 and later).

/** A query in PromQL, and what its lines are called: `{{label}}` stands for a label. */
export interface Query {
  readonly query: string
  readonly legend?: string
}

export interface Panel {
  readonly title: string
  /** What it shows, and what to make of it. */
  readonly description: string
  readonly kind: 'timeseries' | 'stat' | 'table'
  /** A unit of Grafana's: short, bytes, s, reqps, percentunit. */
  readonly unit: string
  readonly queries: readonly Query[]
  /** Of 24 columns. */
  readonly width: number
  readonly height?: number
  /** Values from which on it turns red. */
  readonly redFrom?: number
  readonly stacked?: boolean
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly panels: readonly Panel[]
}

const columns = 24
// Grafana's own variable, chosen at the top of the dashboard.
const source = { type: 'prometheus', uid: `$\{datasource}` }

/** The JSON model of a dashboard, its panels laid out from left to right and row by row. */
export function modelOf({ uid, title, description, panels }: Dashboard): object {
  let x = 0
  let y = 0
  let rowHeight = 0
  const laidOut = panels.map((panel, index) => {
    const height = panel.height ?? (panel.kind === 'stat' ? 4 : 8)
    if (x + panel.width > columns) {
      x = 0
      y += rowHeight
      rowHeight = 0
    }
    const gridPos = { h: height, w: panel.width, x, y }
    x += panel.width
    rowHeight = Math.max(rowHeight, height)
    return { id: index + 1, gridPos, ...panelOf(panel) }
  })
  return {
    uid,
    title,
    description,
    tags: ['podpipe'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        tags: ['podpipe'],
        title: 'podpipe',
        asDropdown: false,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }],
    },
    panels: laidOut,
  }
}

function panelOf({ title, description, kind, unit, queries, redFrom, stacked }: Panel): object {
  const steps =
    redFrom === undefined
      ? [{ color: 'green', value: null }]
      : [
          { color: 'green', value: null },
          { color: 'red', value: redFrom },
        ]
  return {
    type: kind,
    title,
    description,
    datasource: source,
    targets: queries.map(({ query, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: source,
      expr: query,
      legendFormat: legend ?? '__auto',
      ...(kind === 'table' ? { format: 'table', instant: true } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        ...(kind === 'timeseries'
          ? { custom: { fillOpacity: stacked ? 30 : 10, stacking: { mode: stacked ? 'normal' : 'none' } } }
          : {}),
      },
      overrides: [],
    },
    options: optionsOf(kind),
  }
}

function optionsOf(kind: Panel['kind']): object {
  if (kind === 'timeseries')
    return { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } }
  if (kind === 'stat')
    return { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' }
  return { showHeader: true }
}
