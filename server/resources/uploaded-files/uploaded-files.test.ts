import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { oneOfEach, textFile } from '../../../test/api/records.ts'
import { type Company, startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

forEachEngine((engine) => {
  const server = startApi(engine)

  const deal = async () => (await oneOfEach(server)).deals?.id ?? ''
  const form = (fields: Record<string, string | File>) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) data.append(name, value)
    return data
  }
  const upload = async (file: File, fields: Record<string, string> = {}): Promise<Fields> =>
    server.acme.api.made(`/deals/${await deal()}/uploaded_files`, form({ ...fields, file }))
  const content = (id: string, headers: Record<string, string> = {}, method = 'GET', company?: Company) =>
    fetch(`${server.url}/rest/uploaded_files/${id}/content`, {
      method,
      headers: { authorization: (company ?? server.acme).key, ...headers },
    })
  const codeOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ]
  /** Everything that lies in the data directory and is no database. */
  const stored = async () => {
    const root = join(server.storage.directory, 'files')
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name))
  }

  describe('uploaded files', () => {
    it('are made from multipart, whatever the order of its parts, flat and wrapped', async () => {
      const { api, adminId } = server.acme
      const fields: [string, string | File][] = [
        ['uploadable_id', await deal()],
        ['uploadable_type', 'deals'],
        ['public_access', 'false'],
        ['file', new File([png], 'front.png', { type: 'text/html' })],
      ]
      const wrapped = fields.map(([name, value]): [string, string | File] => [
        `uploaded_file[${name}]`,
        value,
      ])
      for (const given of [fields, fields.toReversed(), wrapped, wrapped.toReversed()]) {
        const made = await api.made('/uploaded_files', form(Object.fromEntries(given)))
        const { id, url, link, created_at, updated_at, user, ...rest } = made
        assert.deepEqual(rest, {
          name: 'front.png',
          size: png.length,
          content_type: 'image/png',
          public_access: false,
          uploadable_id: await deal(),
          uploadable_type: 'deals',
          sha256: createHash('sha256').update(png).digest('hex'),
        })
        assert.equal((user as Fields).id, adminId)
        assert.equal(link, `${server.url}/uploaded_files/${id}`)
        assert.equal(created_at, updated_at)
        assert.match(String(url), /\/files\/[\w-]{36}\?account=/)
        assert.deepEqual(dataOf(await api.get(`/uploaded_files/${id}`)), made)
      }
    })

    it('belong to every kind of parent, however it is spelt', async () => {
      const { api } = server.acme
      const each = await oneOfEach(server)
      const kinds: [string, string][] = [
        ['Deal', 'deals'],
        ['Contact', 'contacts'],
        ['Property', 'properties'],
        ['Unit', 'units'],
        ['Process', 'processes'],
        ['Task', 'tasks'],
      ]
      for (const [word, list] of kinds) {
        const uploadable_id = each[list]?.id ?? ''
        const made: string[] = []
        for (const uploadable_type of [word, word.toLowerCase(), list]) {
          const file = await api.made(
            '/uploaded_files',
            form({ uploadable_id, uploadable_type, file: textFile() }),
          )
          assert.equal(file.uploadable_type, list)
          made.push(file.id)
        }
        const nested = await api.made(`/${list}/${uploadable_id}/uploaded_files`, form({ file: textFile() }))
        const there = ids(await api.all(`/${list}/${uploadable_id}/uploaded_files`))
        for (const id of [...made, nested.id]) assert.ok(there.includes(id))
        assert.ok(ids(await api.all(`/uploaded_files?uploadable_type=${word}`)).includes(nested.id))
      }
      const wrong = form({
        uploadable_type: 'deals',
        uploadable_id: each.contacts?.id ?? '',
        file: textFile(),
      })
      problemOf(await api.post('/uploaded_files', wrong), 400, 'unknown_parent')
    })

    it('need a file and a parent, and name all that is missing at once', async () => {
      const { api } = server.acme
      const missing = 'uploadable_id is missing, uploadable_type is missing, file is missing'
      for (const body of [{}, '', form({}), form({ public_access: 'true' })])
        assert.equal(problemOf(await api.post('/uploaded_files', body), 400, 'missing_field').error, missing)
      const parent = { uploadable_id: await deal(), uploadable_type: 'deals' }
      for (const file of ['/etc/passwd', { path: '/etc/passwd', size: 3 }, 7])
        problemOf(await api.post('/uploaded_files', { ...parent, file }), 400, 'invalid_field')
      problemOf(await api.post('/uploaded_files', form({ ...parent, file: 'text' })), 400, 'invalid_field')
      const empty = problemOf(
        await api.post('/uploaded_files', form({ ...parent, file: new File([], 'empty.txt') })),
        400,
        'invalid_field',
      )
      assert.equal(empty.error, 'file is empty')
      const twice = form({ ...parent, file: textFile() })
      twice.append('file', textFile('other'))
      problemOf(await api.post('/uploaded_files', twice), 400, 'invalid_field')
    })

    it('leave nothing behind when they are refused', async () => {
      const { api } = server.acme
      await upload(textFile())
      const [rows, files] = [await server.rowCounts(), await stored()]
      const unknown = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
      const refused = [
        form({ file: textFile() }),
        form({ file: textFile(), uploadable_type: 'deals', uploadable_id: unknown }),
        form({ file: textFile(), uploadable_type: 'houses', uploadable_id: await deal() }),
        form({ file: textFile(), 'a[b': '1' }),
        form({ file: textFile(), uploaded_file: '1', 'uploaded_file[file]': textFile() }),
      ]
      for (const body of refused) assert.equal((await api.post('/uploaded_files', body)).status, 400)
      const strict = await api.post(
        `/deals/${await deal()}/uploaded_files`,
        form({ file: textFile(), colour: 'red' }),
        { prefer: 'handling=strict' },
      )
      problemOf(strict, 400, 'unknown_parameter')
      assert.deepEqual(await server.rowCounts(), rows)
      assert.deepEqual(await stored(), files)
    })

    it('lie in the data directory, for the server alone', async () => {
      const before = new Set(await stored())
      await upload(textFile())
      const [added = '', ...others] = (await stored()).filter((path) => !before.has(path))
      assert.deepEqual(others, [])
      assert.match(added, /\/files\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f-]{36}$/)
      assert.equal((await stat(added)).mode & 0o777, 0o600)
    })

    it('have names without paths and control characters, in any language', async () => {
      const names: [string, string][] = [
        ['../../etc/passwd', 'passwd'],
        ['C:\\Users\\rosa\\lease.pdf', 'lease.pdf'],
        ['años 家 🏠.txt', 'años 家 🏠.txt'],
        ['a\u202Etxt.exe', 'atxt.exe'],
        ['..', 'file'],
      ]
      for (const [sent, kept] of names) assert.equal((await upload(new File(['x'], sent))).name, kept)
      const long = await upload(textFile(), { name: `${'n'.repeat(250)}.pdf` })
      assert.equal(String(long.name).length, 254)
      const renamed = await server.acme.api.patch(`/uploaded_files/${long.id}`, { name: 'a/b/Lease.pdf' })
      assert.equal(dataOf(renamed).name, 'Lease.pdf')
      problemOf(
        await server.acme.api.patch(`/uploaded_files/${long.id}`, { name: '../..' }),
        400,
        'missing_field',
      )
    })

    it('are what is in them, not what the client says', async () => {
      const cases: [File, string][] = [
        [new File([png], 'lease.pdf', { type: 'application/pdf' }), 'image/png'],
        [new File(['%PDF-1.7\n…'], 'x', { type: 'image/png' }), 'application/pdf'],
        [new File(['a,b\n1,2\n'], 'rents.csv', { type: 'image/png' }), 'text/csv'],
        [new File(['<script>alert(1)</script>'], 'page.html'), 'text/html'],
        [new File(['{}'], 'data.json'), 'application/json'],
        [new File(['\u0001\u0000'], 'notes.txt'), 'application/octet-stream'],
        [new File(['plain words'], 'words'), 'application/octet-stream'],
        [new File(['plain words'], 'picture.png'), 'application/octet-stream'],
      ]
      for (const [file, type] of cases) assert.equal((await upload(file)).content_type, type, file.name)
    })

    it('are found by name, type and size, and listed in order', async () => {
      const { api } = server.acme
      const one = await upload(new File(['12345678901'], 'Quarterly Statement.csv'))
      for (const query of [
        'search=statement',
        'name=quarterly statement.csv',
        'content_type=text/csv&size=11',
      ])
        assert.ok(ids(listOf(await api.get(`/uploaded_files?${query}`))).includes(one.id), query)
      assert.ok(!ids(await api.all('/uploaded_files?size[gt]=11')).includes(one.id))
      const sizes = (await api.all('/uploaded_files?order_field=size')).map(({ size }) => Number(size))
      assert.deepEqual(
        sizes,
        sizes.toSorted((a, b) => a - b),
      )
      assert.ok(ids(await api.all('/uploaded_files?public_access=false')).includes(one.id))
    })

    it('take another content by another upload alone, and tell what changed', async () => {
      const { api } = server.acme
      const first = await upload(textFile('first'))
      const before = (await server.changesOf(server.acme)).length
      const put = dataOf(
        await api.put(`/uploaded_files/${first.id}`, form({ file: new File([png], 'new.png') })),
      )
      assert.deepEqual([put.id, put.name, put.content_type], [first.id, 'new.png', 'image/png'])
      assert.deepEqual(Buffer.from(await (await content(first.id)).arrayBuffer()), png)
      const [change, ...others] = await server.changesOf(server.acme, before)
      assert.deepEqual([change?.action, change?.changed.size, others], ['updated', [5, png.length], []])
      const kept = form({ file: textFile('third'), 'uploaded_file[name]': 'kept.txt' })
      assert.equal(dataOf(await api.patch(`/uploaded_files/${first.id}`, kept)).name, 'kept.txt')
      problemOf(await api.patch(`/uploaded_files/${first.id}`, { file: null }), 400, 'invalid_field')
      assert.equal(await (await content(first.id)).text(), 'third')
    })

    it('do not come back before their parent', async () => {
      const { api } = server.acme
      const contact = await api.made('/contacts', {})
      const file = await api.made(`/contacts/${contact.id}/uploaded_files`, form({ file: textFile() }))
      await api.delete(`/uploaded_files/${file.id}`)
      await api.delete(`/contacts/${contact.id}`)
      problemOf(await api.post(`/uploaded_files/${file.id}/restore`), 409, 'parent_deleted')
    })

    it('happen once under an idempotency key, which holds for the same content alone', async () => {
      const { api } = server.acme
      const path = `/deals/${await deal()}/uploaded_files`
      const key = { 'idempotency-key': 'upload-1' }
      const first = await api.post(path, form({ file: textFile('same') }), key)
      assert.equal(first.status, 201)
      const files = await stored()
      const again = await api.post(path, form({ file: textFile('same') }), key)
      assert.equal(again.headers.get('idempotent-replayed'), 'true')
      assert.deepEqual(again.body, first.body)
      problemOf(await api.post(path, form({ file: textFile('other') }), key), 422, 'idempotency_key_reused')
      assert.deepEqual(await stored(), files)
    })

    it('cannot be carried by a batch, which says what is missing', async () => {
      const { api } = server.acme
      const { id } = await upload(textFile())
      const operations = [
        { method: 'POST', path: `/deals/${await deal()}/uploaded_files`, body: { file: 'x' } },
        { method: 'GET', path: `/uploaded_files/${id}/content` },
        { method: 'GET', path: `/uploaded_files/${id}` },
      ]
      const batch = await api.post('/batch', { operations })
      const data = (batch.body as { data: { status: number }[] }).data
      assert.deepEqual(
        data.map(({ status }) => status),
        [400, 400, 200],
      )
    })
  })

  describe('the content of a file', () => {
    it('is sent as an attachment that cannot run', async () => {
      const page = '<script>alert(document.cookie)</script>'
      const file = await upload(new File([page], 'Años "x".html'))
      for (const response of [await content(file.id), await fetch(String(file.url))]) {
        assert.equal(response.status, 200)
        assert.equal(await response.text(), page)
        const { headers } = response
        assert.equal(headers.get('content-type'), 'application/octet-stream')
        assert.equal(headers.get('content-length'), String(page.length))
        assert.equal(headers.get('x-content-type-options'), 'nosniff')
        assert.match(headers.get('content-security-policy') ?? '', /sandbox/)
        assert.match(
          headers.get('content-disposition') ?? '',
          /^attachment; filename=".+"; filename\*=UTF-8''A%C3%B1os/,
        )
        assert.ok(headers.get('x-request-id'))
      }
      const picture = await upload(new File([png], 'front.png'))
      assert.equal((await content(picture.id)).headers.get('content-type'), 'image/png')
    })

    it('is sent in parts, and not again to whoever has it', async () => {
      const { id, url } = await upload(textFile('0123456789'))
      for (const get of [
        (headers: Record<string, string>, method?: string) => content(id, headers, method),
        (headers: Record<string, string>, method = 'GET') => fetch(String(url), { headers, method }),
      ]) {
        const etag = (await get({})).headers.get('etag') ?? ''
        const parts: [string, string, string][] = [
          ['bytes=0-3', '0123', 'bytes 0-3/10'],
          ['bytes=8-', '89', 'bytes 8-9/10'],
          ['bytes=-4', '6789', 'bytes 6-9/10'],
          ['bytes=5-99', '56789', 'bytes 5-9/10'],
        ]
        for (const [range, text, told] of parts) {
          const part = await get({ range })
          assert.deepEqual(
            [part.status, await part.text(), part.headers.get('content-range')],
            [206, text, told],
          )
          assert.equal(part.headers.get('content-length'), String(text.length))
        }
        for (const whole of ['bytes=0-1,4-5', 'bytes=x', 'lines=1-2', 'bytes=5-1'])
          assert.deepEqual([(await get({ range: whole })).status, whole], [200, whole])
        const beyond = await get({ range: 'bytes=10-' })
        assert.equal(beyond.headers.get('content-range'), 'bytes */10')
        assert.deepEqual(await codeOf(beyond), [416, 'range_not_satisfiable'])
        assert.equal((await get({ range: 'bytes=0-3', 'if-range': etag })).status, 206)
        assert.equal((await get({ range: 'bytes=0-3', 'if-range': '"other"' })).status, 200)
        const unchanged = await get({ 'if-none-match': etag })
        assert.deepEqual([unchanged.status, await unchanged.text()], [304, ''])
        const head = await get({}, 'HEAD')
        assert.deepEqual(
          [head.status, head.headers.get('content-length'), head.headers.get('etag'), await head.text()],
          [200, '10', etag, ''],
        )
      }
    })

    it('needs a key of its account, and is gone with the file', async () => {
      const { id, url } = await upload(textFile())
      assert.deepEqual(await codeOf(await content(id, { authorization: 'nonsense' })), [
        401,
        'invalid_access_token',
      ])
      assert.deepEqual(await codeOf(await content(id, {}, 'GET', server.other)), [404, 'not_found'])
      assert.deepEqual(await codeOf(await content('x')), [400, 'invalid_id'])
      await server.acme.api.delete(`/uploaded_files/${id}`)
      assert.deepEqual(await codeOf(await content(id)), [404, 'not_found'])
      assert.deepEqual(await codeOf(await fetch(String(url))), [404, 'not_found'])
      await server.acme.api.post(`/uploaded_files/${id}/restore`)
      assert.equal((await content(id)).status, 200)
      assert.equal((await fetch(String(url))).status, 200)
    })
  })

  describe('the link of a file', () => {
    it('opens that file until it expires, and nothing else once it is altered', async () => {
      const { url } = await upload(textFile('mine'))
      const other = await upload(textFile('other'))
      const link = new URL(String(url))
      assert.equal(await (await fetch(link)).text(), 'mine')
      const lasts = Number(link.searchParams.get('expires')) * 1000 - Date.now()
      assert.ok(lasts > 3_500_000 && lasts <= 7_200_000, String(lasts))
      const altered = (change: (given: URL) => void) => {
        const copy = new URL(link)
        change(copy)
        return fetch(copy)
      }
      for (const change of [
        (given: URL) => given.searchParams.set('expires', '9999999999'),
        (given: URL) => given.searchParams.set('expires', 'x'),
        (given: URL) => given.searchParams.delete('expires'),
        (given: URL) => given.searchParams.delete('signature'),
        (given: URL) => given.searchParams.set('signature', 'A'.repeat(43)),
        (given: URL) => given.searchParams.set('account', server.other.accountId),
        (given: URL) => given.searchParams.set('account', 'x'),
        (given: URL) => {
          given.pathname = `/files/${other.id}`
        },
        (given: URL) => {
          given.pathname = '/files/nonsense'
        },
      ])
        assert.deepEqual(await codeOf(await altered(change)), [403, 'invalid_link'])
    })

    it('of a public file lasts until the access ends, and is another one the next time', async () => {
      const { api } = server.acme
      const { id, url } = await upload(textFile('open'), { public_access: 'true' })
      assert.doesNotMatch(String(url), /expires/)
      const opened = await fetch(String(url))
      assert.equal(await opened.text(), 'open')
      assert.equal(opened.headers.get('cross-origin-resource-policy'), 'cross-origin')
      const unsigned = String(url).replace(/signature=.*/, 'signature=AAAA')
      assert.deepEqual(await codeOf(await fetch(unsigned)), [403, 'invalid_link'])
      const closed = dataOf(await api.patch(`/uploaded_files/${id}`, { public_access: false }))
      assert.match(String(closed.url), /expires/)
      assert.deepEqual(await codeOf(await fetch(String(url))), [403, 'invalid_link'])
      const again = dataOf(await api.patch(`/uploaded_files/${id}`, { public_access: true }))
      assert.notEqual(again.url, url)
      assert.equal((await fetch(String(again.url))).status, 200)
      await api.delete(`/uploaded_files/${id}`)
      assert.deepEqual(await codeOf(await fetch(String(again.url))), [404, 'not_found'])
    })
  })
})
