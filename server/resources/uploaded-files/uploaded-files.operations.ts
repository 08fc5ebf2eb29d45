import { contentOf } from '../../files/send-file.ts'
import { notFound } from '../../resource-layer/write.ts'
import { accessTo, type Operation } from '../../rest/operation.ts'
import { idParameter } from '../../rest/shapes.ts'
import { uploadedFiles } from './uploaded-files.schema.ts'

/** `GET /uploaded_files/{id}/content`: the bytes, to whoever has a key. */
export const downloadFile: Operation = {
  id: 'downloadUploadedFile',
  method: 'GET',
  path: '/uploaded_files/{id}/content',
  tag: uploadedFiles.title,
  summary: 'Download a file',
  description:
    'The content, as an attachment. `Range` gives a part of it, `If-None-Match` saves what you have already.',
  parameters: [idParameter],
  responses: [
    { status: 200, description: 'The content, with its own media type.', mediaType: '*/*' },
    { status: 206, description: 'The part that `Range` asks for.', mediaType: '*/*', text: 'tenant' },
    { status: 304, description: 'The content is still the one whose ETag was sent in If-None-Match.' },
  ],
  ...accessTo(uploadedFiles, 'read'),
  async handle(call) {
    const id = call.path.id ?? ''
    const row = await call.read.store.find(uploadedFiles.name, id)
    if (row?.deleted_at !== null) throw notFound(uploadedFiles, id, row !== null)
    return { status: 200, records: 1, file: contentOf(row, call.files) }
  },
}
