/** A backup of an older Latchkey is restored as it was, and then brought up to date like a database in place. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { migrate } from '../../server/storage/migrate.ts'
import { nodeSqlite } from '../../server/storage/node-sqlite.ts'
import { openEngine } from '../../server/storage/open.ts'
import type { Tables } from '../../server/storage/tables.ts'
import { engineNames, type OpenEngine, openEngine as openTestEngine } from '../support/engines.ts'
import { allRows } from './all-rows.ts'
import { emptyPlace } from './places.ts'
import { backUpSmall, restoreSmall } from './small.ts'

/** Since then audit entries have been made searchable, and keys have been given scopes. */
const old = '0010-leases'

for (const name of engineNames) {
  it(`of the migration ${old} on ${name}`, async () => {
    const storage = await openTestEngine('sqlite')
    writeFileSync(join(storage.directory, 'secret'), 'a secret of more than thirty-two characters\n')
    const place = await emptyPlace(name, storage.directory)
    try {
      await fillOld(storage)
      const { bytes, header } = await backUpSmall(storage, { withFiles: false })
      assert.equal(header.migrations.at(-1), old)
      await restoreSmall(place, bytes, { withoutSecret: true })

      const [inPlace, restored] = [await opened(storage), await opened(place)]
      const [expected, found] = [await allRows(inPlace), await allRows(restored)]
      for (const [table, rows] of expected) assert.deepEqual(found.get(table), rows, table)
      assert.match(String(found.get('audit_entries')), /account\.created \{\}/)
      assert.match(String(found.get('api_keys')), /\*:read/)
      if (name === 'sqlite')
        assert.deepEqual(await searched(restored), ['audit_entries', 'pipelines', 'stages', 'users'])
      await inPlace.close()
      await restored.close()
    } finally {
      await place.close()
      await storage.close()
    }
  })
}

type Opened = Awaited<ReturnType<typeof openEngine>>

function opened({ directory, url }: OpenEngine): Promise<Opened> {
  return openEngine({ dataDirectory: directory, databaseUrl: url })
}

async function searched({ reader }: Opened): Promise<string[]> {
  const { rows } = await sql<{ resource: string }>`
    select resource from search_rows join search_index on search_index.rowid = search_rows.id
    order by resource`.execute(reader)
  return rows.map(({ resource }) => resource)
}

async function fillOld({ directory }: OpenEngine): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const file = new DatabaseSync(join(directory, 'latchkey.db'))
  file.exec('pragma journal_mode = wal')
  const rows = new Kysely<Tables>({ dialect: new SqliteDialect({ database: nodeSqlite(file) }) })
  await migrate(rows, 'sqlite', { upTo: old })
  const id = (last: number) => `0197a1c2-0000-7c3a-9d40-00000000000${last}`
  const record = `'${id(1)}', 1000, 1000, null, 1, 'found by this'`
  file.exec(`
    insert into accounts (id, name, slug, created_at) values ('${id(1)}', 'Acme', 'acme', '2023-11-14T22:13:20.000Z');
    insert into users (account_id, created_at, updated_at, deleted_at, version, search_text, id, name, email, role)
      values (${record}, '${id(2)}', 'Ann', 'ann@example.com', 'admin');
    insert into api_keys (account_id, id, name, sealed, sealing_key_id, last_four, created_at, created_by)
      values ('${id(1)}', '${id(3)}', 'Main', 'sealed', 'another', 'abcd', 1000, '${id(2)}');
    insert into pipelines (account_id, created_at, updated_at, deleted_at, version, search_text, id, name)
      values (${record}, '${id(4)}', 'Owners');
    insert into stages (account_id, created_at, updated_at, deleted_at, version, search_text, id, pipeline_id, name, status, position)
      values (${record}, '${id(5)}', '${id(4)}', 'First', 'lead', 1);
    insert into audit_entries (account_id, id, occurred_at, action, details)
      values ('${id(1)}', '${id(6)}', 1000, 'account.created', '{}');`)
  await rows.destroy()
}
