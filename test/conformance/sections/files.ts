import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, ids, problemOf, describe as told } from '../api.ts'
import type { Suite } from '../suite.ts'

/** `POST /uploaded_files` and what it gives (`contract.md` §2 to §4). */
export function files({ api, world }: Suite): void {
  const content = 'The roof was redone in 2024.\n'
  const form = (fields: Record<string, string>, wrap = (name: string) => name) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) data.append(wrap(name), value)
    data.append(wrap('file'), new Blob([content], { type: 'text/plain' }), 'roof report.txt')
    return data
  }

  describe('an uploaded file', () => {
    it('needs a parent and a file, and says so of all at once', async () => {
      const { error } = problemOf(await api.post('/uploaded_files', new FormData()), 400)
      for (const name of ['uploadable_id', 'uploadable_type', 'file'])
        assert.ok(error.includes(`${name} is missing`), error)
    })

    for (const [name, wrap] of [
      ['flat', (field: string) => field],
      ['nested', (field: string) => `uploaded_file[${field}]`],
    ] as const) {
      it(`comes as multipart, ${name}, under any parent in either form, and can be read`, async () => {
        const { one } = world()
        for (const [uploadable_type, resource] of [
          ['deals', 'deals'],
          ['Deal', 'deals'],
          ['contacts', 'contacts'],
          ['Process', 'processes'],
          ['properties', 'properties'],
        ] as const) {
          const fields = { uploadable_id: one[resource]?.id ?? '', uploadable_type }
          const answer = await api.post('/uploaded_files', form(fields, wrap))
          assert.equal(answer.status, 201, told(answer))
          const file = dataOf(answer)
          assert.deepEqual(
            [file.name, file.size, file.public_access, file.uploadable_id],
            ['roof report.txt', content.length, false, one[resource]?.id],
          )
          assert.match(String(file.content_type), /^text\/plain/)
          const download = await fetch(String(file.url))
          assert.equal(await download.text(), content)
          assert.match(download.headers.get('content-disposition') ?? '', /^attachment/)
          assert.equal(download.headers.get('x-content-type-options'), 'nosniff')
          assert.deepEqual(
            ids(await api.list(`/${resource}/${one[resource]?.id}/uploaded_files?id=${file.id}`)),
            [file.id],
          )
          assert.equal((await api.delete(`/uploaded_files/${file.id}`)).status, 204)
          assert.ok((await fetch(String(file.url))).status >= 400)
        }
      })
    }

    it('is opened to everybody and closed again by public_access', async () => {
      const fields = {
        uploadable_id: world().one.deals?.id ?? '',
        uploadable_type: 'deals',
        public_access: 'true',
      }
      const file = dataOf(await api.post('/uploaded_files', form(fields)))
      assert.equal(file.public_access, true)
      assert.equal((await fetch(String(file.url))).status, 200)
      const closed = dataOf(await api.patch(`/uploaded_files/${file.id}`, { public_access: false }))
      assert.equal(closed.public_access, false)
      assert.ok((await fetch(String(file.url))).status >= 400)
      assert.equal((await fetch(String(closed.url))).status, 200)
      await api.delete(`/uploaded_files/${file.id}`)
    })
  })
}
