import { cleanName } from '../../files/file-name.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { type Draft, type Field, FieldProblem } from '../../resource-layer/resource.ts'
import { parentOf } from '../parents/parents.ts'

/** What a file belongs to. */
export const parent = parentOf({
  type: 'uploadable_type',
  id: 'uploadable_id',
  shows: 'table',
  what: 'the file',
  many: 'files',
})

const plainName = text({
  column: 'name',
  description: 'The name of the file, by default that of the uploaded one. A path in it is left out.',
  example: 'lease-18-alder-court.pdf',
  filter: true,
  sort: true,
  search: true,
})

/** The name under which it is shown and downloaded. */
export const name: Field = {
  ...plainName,
  ...(plainName.write && {
    write: {
      ...plainName.write,
      async accept(value, draft, param) {
        await plainName.write?.accept(value, draft, param)
        draft.row.name = cleanName(String(draft.row.name))
        if (draft.existing && draft.row.name === '') throw new FieldProblem('is missing', 'missing_field')
      },
    },
  }),
}

/** The parent must be there; whoever uploads is named; a public file has a link of its own. */
export async function completeFile(draft: Draft): Promise<void> {
  const { row, existing, writer } = draft
  if (!existing && !draft.supplied.has('user')) row.user_id = draft.ownerId
  if (row.public_access !== 1) row.public_since = null
  else if (existing?.public_access !== 1) row.public_since = writer.at
  await parent.check(draft)
}
