import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { Fields } from '../../api/client.ts'
import { startApi } from '../../api/server.ts'
import { forEachEngine } from '../../support/engines.ts'

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import json']).status === 0)

/** Programs as integrators write them for the vendor's API. They are told an address and a key, no more. */
forEachEngine((engine) => {
  const server = startApi(engine)
  const run = async (command: string, program: string, ...more: string[]): Promise<string[]> => {
    const file = join(import.meta.dirname, program)
    const given = [file, `${server.url}/rest`, server.acme.key, ...more]
    const { stdout } = await promisify(execFile)(command, given)
    return stdout.trimEnd().split('\n')
  }

  describe('a poller of processes', () => {
    it('reads them all with their custom fields, and afterwards only what changed', async () => {
      const { api } = server.acme
      const type = await api.made('/process_types', { name: 'Renewals' })
      const fields = `/process_types/${type.id}/custom_fields`
      await api.made(fields, { label: 'Answer', data_type: 'text' })
      await api.made(fields, { label: 'Rent', data_type: 'currency' })
      const made: Fields[] = []
      // More than a page of 200.
      for (let turn = 0; turn < 205; turn++)
        made.push(
          await api.made('/processes', {
            process: {
              process_type_id: type.id,
              name: `Renewal ${turn}`,
              custom_fields: turn === 0 ? { answer: 'Stays', rent: '1450.5' } : {},
            },
          }),
        )
      const [first] = made
      const lines = await run(process.execPath, 'poll-processes.mjs')
      assert.equal(lines[0], 'account Acme Homes')
      assert.equal(
        lines[1],
        `${first?.id} open Renewals: Renewal 0 ${JSON.stringify({ answer: 'Stays', rent: 1450.5 })}`,
      )
      assert.match(lines[2] ?? '', /Renewal 1 \{"answer":"","rent":null\}$/)
      assert.equal(lines.at(-2), '205 processes')

      const later = String(Math.floor(Date.now() / 1000) + 3_600)
      assert.equal((await run(process.execPath, 'poll-processes.mjs', later)).at(-2), '0 processes')
    })
  })

  describe('the form of a website', () => {
    before(async () => {
      await server.acme.api.made('/pipelines', { name: 'Website owners' })
    })
    const lead = [
      'Website owners',
      'Rosa Field',
      'rosa.field@example.com',
      '(555) 010-4477',
      '18 Alder Court',
    ]

    it('makes a deal with its contact, property and source, and logs a mail', async () => {
      const lines = await run(process.execPath, 'take-lead.mjs', ...lead)
      assert.match(lines[0] ?? '', /^created [0-9a-f-]{36}$/)
      assert.match(lines[1] ?? '', /source Website form, value unknown$/)
      assert.deepEqual(lines.slice(2), [
        'contact Rosa Field <rosa.field@example.com>',
        'property 18 Alder Court, 97001, 3 bedrooms, 1450.0',
        '1 mail',
      ])
    })

    it('filled in twice makes no second deal', async () => {
      const lines = await run(process.execPath, 'take-lead.mjs', ...lead)
      assert.match(lines[0] ?? '', /^known [0-9a-f-]{36} \(duplicate\)$/)
      assert.equal(lines.at(-1), '2 mail')
    })

    it('says what is wrong where a pipeline is unknown', async () => {
      await assert.rejects(run(process.execPath, 'take-lead.mjs', 'Nowhere', ...lead.slice(1)), /No pipeline/)
    })
  })

  // A fresh machine may have no Python; the other programs are run everywhere.
  if (python)
    describe('a report on tasks in Python', () => {
      it('counts every task by person and state', async () => {
        const { api, adminId } = server.acme
        const past = '2026-01-01T00:00:00Z'
        for (let turn = 0; turn < 203; turn++)
          await api.made('/tasks', { description: `Task ${turn}`, user_id: adminId })
        await api.made('/tasks', { due_at: past })
        await api.made('/tasks', { due_at: past, completed_at: past })
        const { id } = await api.made('/tasks', { due_at: past })
        await api.post(`/tasks/${id}/skip`)
        assert.deepEqual(await run(python, 'task_report.py'), [
          'Ann Ash done=0 skipped=0 overdue=0 open=203',
          'nobody done=1 skipped=1 overdue=1 open=0',
          'total 206',
        ])
      })
    })
})
