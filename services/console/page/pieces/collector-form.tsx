// A collector as a form, in step with its JSON: each field reads from the text and writes into it.

import {
  isObject,
  type Json,
  readText,
  textOfValue,
  valueAt,
  withValueAt,
  writeText,
} from '../collector-json.ts'
import { Field, type FieldProps, Secret } from './field.tsx'
import '../styles/form.css'

export interface CollectorFormProps {
  readonly text: string
  /** Kinds of event that can be read. */
  readonly kinds: readonly string[]
  /** One that is there keeps its name. */
  readonly isNew: boolean
  readonly onText: (text: string) => void
}

export function CollectorForm({ text, kinds, isNew, onText }: CollectorFormProps) {
  const shown = readText(text)
  if (shown === undefined) {
    return (
      <p class="notice notice-warn">
        The form shows a collector again as soon as the JSON holds one. Correct it there: what is wrong stands
        below it.
      </p>
    )
  }
  const { name, input } = shown
  const write = (keys: readonly string[], value: Json | undefined): void =>
    onText(writeText({ name, input: withValueAt(input, keys, value) }))
  const text_ = (keys: readonly string[]): string => textOfValue(valueAt(input, keys))
  const given = valueAt(input, ['services'])
  const services = isObject(given) ? given : {}
  const all = [...new Set([...kinds, ...Object.keys(services)])]
  const field = (label: string, keys: readonly string[], more: Partial<FieldProps> = {}) => (
    <Field
      label={label}
      value={text_(keys)}
      onValue={value => write(keys, value === '' && more.isOptional ? undefined : value)}
      {...more}
    />
  )
  return (
    <form class="form" aria-label="The collector as a form" onSubmit={event => event.preventDefault()}>
      <Field
        label="Name"
        value={name}
        isReadOnly={!isNew}
        hint={isNew ? 'letters, digits, dots, _ and -; it cannot be changed later' : 'it cannot be changed'}
        onValue={value => onText(writeText({ name: value, input }))}
      />
      {field('Id', ['id'], { hint: '1 to 5 characters of your choice' })}
      <label class="check">
        <input
          type="checkbox"
          checked={valueAt(input, ['enabled']) !== false}
          onChange={event => write(['enabled'], event.currentTarget.checked)}
        />{' '}
        Enabled
      </label>
      {field('Cluster id', ['credentials', 'cluster_id'], {
        hint: 'as Proofpoint shows it under Settings > API Key Management',
      })}
      <Secret
        label="API key"
        value={text_(['credentials', 'api_key'])}
        onValue={value => write(['credentials', 'api_key'], value)}
      />
      {field('Environment', ['environment'], { isOptional: true, hint: 'a free label such as prod' })}
      <fieldset>
        <legend>Services</legend>
        {all.map(service => (
          <Service
            key={service}
            service={service}
            keys={services[service]}
            onKeys={value => write(['services', service], value)}
          />
        ))}
      </fieldset>
      <details>
        <summary>More</summary>
        <Secret
          label="Second API key"
          value={text_(['credentials', 'backfill_api_key'])}
          hint="reads the archive beside the live stream"
          onValue={value => write(['credentials', 'backfill_api_key'], value === '' ? undefined : value)}
        />
        <Secret
          label="Proxy"
          value={text_(['proxy'])}
          hint="http://user:password@host:port"
          onValue={value => write(['proxy'], value === '' ? undefined : value)}
        />
      </details>
    </form>
  )
}

interface ServiceProps {
  readonly service: string
  /** What stands under its name; undefined where it is not read. */
  readonly keys: Json | undefined
  readonly onKeys: (keys: Json | undefined) => void
}

const period = 'request_period_in_seconds'
const texts = [
  ['start_time', 'Start time', 'such as 2024-05-22T00:00:00Z; at most 30 days back'],
  ['override_tag_base', 'Tag', 'in place of the usual one'],
  ['override_url_base', 'URL', 'in place of the public one of Proofpoint'],
] as const

function Service({ service, keys, onKeys }: ServiceProps) {
  const isRead = keys !== undefined
  const set = (key: string, value: Json | undefined): void => onKeys(withValueAt(keys, [key], value))
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          checked={isRead}
          onChange={event => onKeys(event.currentTarget.checked ? { [period]: 60 } : undefined)}
        />{' '}
        {service}
      </label>
      {isRead && (
        <details>
          <summary>Parameters of {service}</summary>
          <Field
            label="Period in seconds"
            value={textOfValue(valueAt(keys, [period]))}
            hint="how long to wait before a session that was refused is tried again"
            onValue={value =>
              set(period, value === '' ? undefined : /^\d+$/.test(value) ? Number(value) : value)
            }
          />
          {texts.map(([key, label, hint]) => (
            <Field
              key={key}
              label={label}
              value={textOfValue(valueAt(keys, [key]))}
              hint={hint}
              onValue={value => set(key, value === '' ? undefined : value)}
            />
          ))}
        </details>
      )}
    </div>
  )
}
