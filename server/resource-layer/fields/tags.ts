import Type from 'typebox'
import type { AccountStore, AccountWriter } from '../../storage/account-store.ts'
import type { Draft, Field } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { readNotedList } from '../told-changes.ts'
import { searchForm } from '../values.ts'
import { parseText } from './text.ts'

const mostTags = 100
const longestTag = 100

/** The names of the record's tags; writing replaces the whole list and creates the tags that are new. */
export function tags(resource: string): Field {
  return {
    description: 'The names of its tags. Writing replaces the whole list; a tag that is new is created.',
    example: ['vip'],
    schema: Type.Array(Type.String()),
    columns: [],
    told: [{ stored: 'tags', name: 'tags', schema: Type.Array(Type.String()), read: readNotedList }],
    async load(rows, context) {
      const taggings = await context.store.rowsIn({
        table: 'taggings',
        columns: ['record_id', 'tag_id', 'position'],
        column: 'record_id',
        values: rows.map((row) => String(row.id)),
      })
      const named = await context.store.rowsIn({
        table: 'tags',
        columns: ['id', 'name', 'deleted_at'],
        column: 'id',
        values: [...new Set(taggings.map((tagging) => String(tagging.tag_id)))],
      })
      const names = new Map(named.flatMap((tag) => (tag.deleted_at === null ? [[tag.id, tag.name]] : [])))
      taggings.sort((one, other) => Number(one.position) - Number(other.position))
      const byRecord = Map.groupBy(taggings, (tagging) => tagging.record_id)
      return (row) =>
        (byRecord.get(String(row.id)) ?? []).flatMap(({ tag_id }) => names.get(tag_id ?? null) ?? [])
    },
    filters: ['tag', 'tags'].map((param) => ({
      param,
      description: 'Only records with one of these tags, by name.',
      schema: Type.String(),
      list: true,
      range: false,
      apply: (query, condition, context) =>
        condition.kind === 'any'
          ? query.where(
              'id',
              'in',
              context.store
                .joined('taggings', 'tags', 'tag_id', 'id')
                .select('taggings.record_id')
                .where('taggings.resource', '=', resource)
                .where('tags.deleted_at', 'is', null)
                .where('tags.name_key', 'in', condition.values.map(tagKey)),
            )
          : query,
    })),
    write: {
      names: ['tags'],
      schema: Type.Array(Type.String({ maxLength: longestTag }), { maxItems: mostTags }),
      accept: (value, draft) => setTags(draft, tagNames(value)),
    },
  }
}

/** The form in which two spellings of a tag are the same. */
export function tagKey(name: string): string {
  return searchForm(name.trim())
}

/** The names in a list, or in a text with commas; one once. @throws FieldProblem */
export function tagNames(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value]
  const names = list
    .filter((name) => name !== null)
    .map((name) => parseText(name, longestTag))
    .filter(Boolean)
  if (names.length > mostTags) throw new FieldProblem(`has more than ${mostTags} entries`, 'too_many_values')
  return names.filter((name, at) => names.findIndex((other) => tagKey(other) === tagKey(name)) === at)
}

function setTags(draft: Draft, names: readonly string[]): void {
  const { writer, row, resource } = draft
  draft.later(async () => {
    const before = draft.existing ? await tagsOf(writer, row.id) : []
    if (
      before.length === names.length &&
      before.every((name, at) => tagKey(name) === tagKey(names[at] ?? ''))
    )
      return
    await writer.remove('taggings', { record_id: row.id })
    const taggings = []
    for (const [position, name] of names.entries()) {
      taggings.push({
        record_id: row.id,
        tag_id: await findOrCreateTag(writer, name),
        resource: resource.name,
        position,
      })
    }
    await writer.insert('taggings', taggings)
    draft.noteChange('tags', JSON.stringify(before), JSON.stringify(names))
  })
}

/** The names of the tags that a record has, in their order. */
export async function tagsOf(store: AccountStore, recordId: string): Promise<string[]> {
  const rows = await store
    .joined('taggings', 'tags', 'tag_id', 'id')
    .select(['tags.name as name'])
    .where('taggings.record_id', '=', recordId)
    .where('tags.deleted_at', 'is', null)
    .orderBy('taggings.position')
    .execute()
  return rows.map((row) => String(row.name))
}

async function findOrCreateTag(writer: AccountWriter, name: string): Promise<string> {
  const key = tagKey(name)
  const known = await writer
    .from('tags')
    .select(['id'])
    .where('name_key', '=', key)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (known) return String(known.id)
  const id = writer.newId()
  await writer.insert('tags', {
    id,
    created_at: writer.at,
    updated_at: writer.at,
    deleted_at: null,
    version: 1,
    search_text: searchForm(name),
    name,
    name_key: key,
  })
  await writer.log({ resource: 'tags', recordId: id, action: 'created', changed: { name: [null, name] } })
  return id
}
