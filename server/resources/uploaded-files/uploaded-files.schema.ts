import Type from 'typebox'
import { boolean } from '../../resource-layer/fields/boolean.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { rangeFilter } from '../../resource-layer/fields/range.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, link, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type Field } from '../../resource-layer/resource.ts'
import { parseInteger } from '../../resource-layer/values.ts'
import { content, url } from './uploaded-files.file.ts'
import { completeFile, name, parent } from './uploaded-files.rules.ts'

const size: Field = {
  ...computed({
    description: 'Bytes.',
    example: 48_213,
    schema: Type.Integer(),
    columns: ['size'],
    present: (row) => Number(row.size),
  }),
  filters: [
    rangeFilter({
      column: 'size',
      description: 'Only files of these sizes in bytes, or in a range.',
      schema: Type.Integer(),
      parse: parseInteger,
    }),
  ],
  sort: { column: 'size', kind: 'number', nullable: false },
}

export const uploadedFiles = defineResource({
  name: 'uploaded_files',
  singular: 'uploaded_file',
  title: 'Uploaded files',
  area: 'files',
  bounds: parent.bounds,
  description: 'A document or picture that belongs to a record: a lease, a photo, an invoice.',
  hooks: { beforeWrite: completeFile, beforeRestore: parent.beforeRestore },
  fields: {
    id: id(),
    name,
    size,
    content_type: text({
      column: 'content_type',
      description: 'The media type, found out from the content; `application/octet-stream` when unknown.',
      example: 'application/pdf',
      readOnly: true,
      filter: true,
      sort: true,
    }),
    url,
    public_access: boolean({
      column: 'public_access',
      description:
        'Whether anybody who has its `url` may download it. The link lasts until this is switched off or the file is deleted.',
    }),
    uploadable_id: parent.idField,
    uploadable_type: parent.typeField,
    file: content,
    user: reference({
      column: 'user_id',
      to: 'users',
      description: 'Who uploaded it; by default the person behind the key.',
      shows: ['id', 'name', 'email'],
      unknown: 'unknown_user',
    }),
    sha256: text({
      column: 'sha256',
      description: 'The SHA-256 hash of the content, in hexadecimal.',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      readOnly: true,
      filter: true,
    }),
    link: link('uploaded_files'),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
