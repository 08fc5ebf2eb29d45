import Type from 'typebox'
import { expiringLink, publicLink } from '../../files/links.ts'
import { looseTable, readingMs } from '../../files/loose-contents.ts'
import { SpooledFile } from '../../files/spool.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { type Draft, type Field, FieldProblem } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'

/** The content, as it comes in. What is read of it are its name, size, type and address. */
export const content: Field = {
  description:
    'The file itself, a part of multipart form data with a file name. On a file that is there, it takes the place of the content.',
  schema: Type.String(),
  columns: ['content_id'],
  told: [],
  write: {
    names: ['file'],
    schema: Type.Unsafe({
      type: 'string',
      format: 'binary',
      contentMediaType: 'application/octet-stream',
    }),
    required: true,
    isFile: true,
    accept(value, draft) {
      // A text or an object of that name says nothing about where bytes are.
      if (!(value instanceof SpooledFile))
        throw new FieldProblem('must be a file: send multipart/form-data with a file name')
      if (value.size === 0) throw new FieldProblem('is empty')
      take(value, draft)
    },
  },
}

/** Opens the content without a key: for an hour at least, or as long as the file is public. */
export const url: Field = {
  ...computed({
    description:
      'Downloads the content, without a key. The link works for one to two hours, and each read gives a new one; of a file with `public_access` it lasts until that ends.',
    schema: Type.String({ format: 'uri' }),
    columns: ['public_since'],
    example:
      'https://latchkey.example.com/files/0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55?account=0197a1c2-0000-7c3a-9d40-2f6b8e1a7c55&expires=1772363400&signature=q2Vh0m1XbXo3dWc',
    present(row, { store, origin, sign }) {
      const target = { accountId: store.accountId, fileId: String(row.id) }
      return typeof row.public_since === 'number'
        ? publicLink(sign, origin, target, row.public_since)
        : expiringLink(sign, origin, target, Date.now())
    },
  }),
  told: [],
}

function take(file: SpooledFile, draft: Draft): void {
  const { row, existing, writer, supplied } = draft
  if (!supplied.has('name') || row.name === '') row.name = file.name || 'file'
  row.size = file.size
  row.content_type = file.contentType
  row.sha256 = file.sha256
  row.content_id = file.contentId
  draft.later(async () => {
    await writer.remove(looseTable, { content_id: file.contentId })
    if (existing) await writer.insert(looseTable, replaced(existing, writer.at))
  })
}

function replaced({ content_id = null }: Row, at: number): Row {
  return { content_id, removable_at: at + readingMs }
}
