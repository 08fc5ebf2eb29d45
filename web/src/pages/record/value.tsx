import { Anchor, List } from '@mantine/core'
import { formatDate, formatDateTime } from '../../format/times.ts'
import { AnchorLink } from '../../shell/links.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { type CustomField, isObject, nameOf } from './fields.ts'
import { humanise } from './humanise.ts'
import { resourceOf } from './resources.ts'

/** One value of the API as people read it; `name` is the field it stands in. */
export function Value({ name, value }: { name: string; value: unknown }) {
  const zone = useSignedIn().account.time_zone
  if (value === null || value === undefined || value === '') return <Nothing />
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'number') return inDigits(value)
  if (Array.isArray(value)) return <Values name={name} values={value} />
  if (isObject(value)) return <Nested name={name} object={value} />
  return <Words text={String(value)} zone={zone} />
}

/** Custom dates are seconds since 1970 at midnight of the account's own clock. */
export function CustomValue({ field }: { field: CustomField }) {
  const zone = useSignedIn().account.time_zone
  const { value, data_type } = field
  if (typeof value === 'number' && (data_type === 'date' || data_type === 'date_time')) {
    const time = new Date(value * 1000).toISOString()
    return data_type === 'date' ? formatDate(time, zone) : formatDateTime(time, zone)
  }
  if (typeof value === 'number' && data_type === 'percentage') return `${inDigits(value)} %`
  return <Value name="custom_field" value={value} />
}

function Values({ name, values }: { name: string; values: unknown[] }) {
  if (values.length === 0) return <Nothing />
  if (values.length === 1) return <Value name={name} value={values[0]} />
  return (
    <List size="sm" spacing={4} listStyleType="none">
      {values.map((value) => (
        <List.Item key={JSON.stringify(value)}>
          <Value name={name} value={value} />
        </List.Item>
      ))}
    </List>
  )
}

function Nested({ name, object }: { name: string; object: Record<string, unknown> }) {
  if (typeof object.phone === 'string') return <Phone phone={object.phone} kind={object.kind} />
  const resource = resourceOf(name)
  const words = nameOf(object)
  if (resource && typeof object.id === 'string') {
    return (
      <AnchorLink to="/$resource/$id" params={{ resource, id: object.id }} size="sm">
        {words ?? humanise(name)}
      </AnchorLink>
    )
  }
  if (words) return words
  const filled = Object.entries(object).filter(
    ([key, value]) => key !== 'id' && value !== null && value !== '',
  )
  return filled.map(([key, value]) => `${humanise(key)}: ${String(value)}`).join(', ') || <Nothing />
}

function Phone({ phone, kind }: { phone: string; kind: unknown }) {
  return (
    <>
      <Anchor href={`tel:${phone}`} size="sm">
        {phone}
      </Anchor>
      {typeof kind === 'string' && kind !== '' && ` (${kind})`}
    </>
  )
}

function Words({ text, zone }: { text: string; zone: string }) {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return formatDate(text, 'UTC')
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text))
    return <time dateTime={text}>{formatDateTime(text, zone)}</time>
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return (
      <Anchor href={`mailto:${text}`} size="sm">
        {text}
      </Anchor>
    )
  if (/^https?:\/\/\S+$/.test(text)) {
    return (
      <Anchor href={text} size="sm" rel="noreferrer" target="_blank">
        {text}
      </Anchor>
    )
  }
  return text
}

function Nothing() {
  return <span title="Empty">–</span>
}

/** A year keeps its four digits together. */
function inDigits(value: number): string {
  return value.toLocaleString('en', { useGrouping: 'min2' })
}
