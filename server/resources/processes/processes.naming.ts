import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, Row, Value } from '../../storage/account-store.ts'
import { oneLine } from '../properties/properties.address.ts'
import { roleContacts } from './processes.roles.ts'

const longestName = 255
const plainTemplate = '{{process_type.name}} {{property.address}}'

/** The name of a new process, by the template of its type: what has no data becomes empty, never literal. */
export async function nameProcess({ writer, row, options }: Draft): Promise<string> {
  const type = await writer.find('process_types', String(row.process_type_id))
  const property = await first(writer, 'properties', options.get('property_ids'))
  const contact = await first(writer, 'contacts', options.get(roleContacts))
  const words: Record<string, Value | undefined> = {
    'process.id': row.id,
    'process_type.name': type?.name,
    'property.address': property?.address,
    'property.street': property?.address,
    'property.city': property?.city,
    'property.state': property?.state,
    'property.zip_code': property?.zip_code,
    'property.full_address': property && oneLine(property, null),
    'contact.name': contact?.name,
    'contact.first_name': contact?.first_name,
    'contact.last_name': contact?.last_name,
    'contact.company_name': contact?.company_name,
  }
  const name = filled(String(type?.naming_template ?? plainTemplate), words)
  return (name || String(type?.name)).slice(0, longestName).toWellFormed()
}

function filled(template: string, words: Readonly<Record<string, Value | undefined>>): string {
  return template
    .replace(/\{\{([^{}]*)\}\}/g, (_, token: string) => {
      const name = token.trim().toLowerCase()
      return String((Object.hasOwn(words, name) ? words[name] : '') ?? '')
    })
    .replace(/\s+/g, ' ')
    .trim()
}

async function first(store: AccountStore, table: string, ids: unknown): Promise<Row | null> {
  const id: unknown = Array.isArray(ids) ? ids[0] : null
  return typeof id === 'string' ? store.find(table, id) : null
}
