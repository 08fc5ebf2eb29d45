import assert from 'node:assert/strict'
import { afterEach, beforeEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { cheapPasswords } from '../../test/support/passwords.ts'
import { openTextProvider, type TextProvider, taken } from '../../test/support/text-provider.ts'
import { openAccount } from '../accounts/memberships.ts'
import { noOrigin } from '../accounts/origin.ts'
import { createPasswords } from '../accounts/passwords.ts'
import type { Resource } from '../resource-layer/resource.ts'
import { create, remove, restore } from '../resource-layer/write.ts'
import { emails } from '../resources/emails/emails.schema.ts'
import { textMessages } from '../resources/text-messages/text-messages.schema.ts'
import type { AccountWriter, Row } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import { writeAccount } from '../storage/write.ts'
import { createMessaging, type Messaging } from './messaging.ts'

const hour = 3_600_000
const numbers = { from: '+15550104400', to: '+15550104477', body: 'See you on Friday.' }
const letter = { to: ['rosa@example.com'], cc: ['al@example.com'], subject: 'Friday', body: 'At 10.' }

forEachEngine((kind) => {
  let engine: Engine
  let mailbox: Mailbox
  let provider: TextProvider
  let accountId: string
  let later: number
  let errors: unknown[]
  let lines: string
  const nodes: Messaging[] = []

  const nodeOf = (config: { smtpUrl?: null; textsUrl?: null } = {}) => {
    const logged = (...words: unknown[]) => {
      lines += JSON.stringify(words)
    }
    const node = createMessaging({
      engine,
      config: {
        smtpUrl: mailbox.url.replace('://', '://office:the%20smtp%20password@'),
        mailFrom: 'Acme Homes <Office@example.com>',
        textsUrl: provider.url,
        ...config,
      },
      publicUrl: () => 'https://latchkey.example.com',
      log: { info: logged, warn: logged, error: (...words: unknown[]) => void errors.push(words) },
      now: () => Date.now() + later,
    })
    nodes.push(node)
    return node
  }
  const write = <T>(work: (writer: AccountWriter) => Promise<T>) =>
    writeAccount(engine, accountId, { actor: { kind: 'system', id: null }, requestId: null }, work)
  /** Creates without waking the node, so that a test says when it delivers. */
  const made = (node: Messaging, resource: Resource, fields: Record<string, unknown>) => {
    const settings = {
      timeZone: 'UTC',
      ownerId: null,
      ignored: new Set<string>(),
      sending: { ...node.sending, queued() {} },
    }
    return write((writer) => create(writer, resource, { fields, wrapper: null }, settings))
  }
  const text = (node: Messaging, more: object = {}) => made(node, textMessages, { ...numbers, ...more })
  const email = (node: Messaging, more: object = {}) => made(node, emails, { ...letter, ...more })
  const again = (resource: Resource, { id }: Row) =>
    write(async (writer) => (await writer.find(resource.name, String(id))) ?? {})
  const fate = async (resource: Resource, row: Row) => {
    const { status, status_reason } = await again(resource, row)
    return [status, status_reason]
  }
  const waiting = () => engine.reader.selectFrom('outgoing_messages').selectAll().execute()

  beforeEach(async () => {
    const { url, directory } = await kind.open()
    engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
    mailbox = await openMailbox()
    provider = await openTextProvider()
    later = 0
    errors = []
    lines = ''
    const admin = { name: 'Ann Ash', email: 'Ann@example.com', password: 'correct horse battery' }
    const account = { name: 'Acme Homes', timeZone: 'UTC', admin }
    const passwords = createPasswords(cheapPasswords)
    accountId = (await openAccount({ engine, passwords }, account, { origin: noOrigin })).accountId
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
    await mailbox.close()
    await provider.close()
    await engine.close()
    assert.deepEqual(errors, [])
    for (const secret of [provider.token, encodeURIComponent(provider.token), 'the smtp password'])
      assert.ok(!lines.includes(secret), 'a secret in the log')
  })

  it('sends texts and mails, and records it as a change by the system', async () => {
    const node = nodeOf()
    const [one, other] = [await text(node), await email(node)]
    assert.deepEqual([one.status, other.status, other.from], ['queued', 'queued', 'office@example.com'])
    await node.deliverSoon()
    assert.equal(provider.asked[0]?.fields.get('Body'), numbers.body)
    assert.equal(
      provider.asked[0]?.fields.get('StatusCallback'),
      `https://latchkey.example.com/receipts/texts/${accountId}/${one.id}`,
    )
    const [mail] = mailbox.messages
    assert.deepEqual(mail?.to, ['rosa@example.com', 'al@example.com'])
    assert.equal(mail?.from, '"Acme Homes" <Office@example.com>')
    assert.deepEqual([mail?.subject, mail?.text.trim()], ['Friday', 'At 10.'])
    for (const [resource, row] of [
      [textMessages, one],
      [emails, other],
    ] as const) {
      const sent = await again(resource, row)
      assert.deepEqual([sent.status, sent.status_reason, sent.version], ['sent', null, 2])
      assert.ok(Number(sent.sent_at) > 0 && Number(sent.updated_at) >= Number(row.updated_at))
      const changes = await write((writer) =>
        writer.from('changes').selectAll().where('record_id', '=', String(row.id)).orderBy('id').execute(),
      )
      assert.deepEqual(
        changes.map(({ action, actor_kind: actor }) => [action, actor]),
        [
          ['created', 'system'],
          ['updated', 'system'],
        ],
      )
      assert.deepEqual(JSON.parse(String(changes[1]?.changed)).status, ['queued', 'sent'])
    }
    assert.deepEqual(await waiting(), [])
  })

  it('sends mail as a user of the account with their name, and with subjects that stay subjects', async () => {
    const node = nodeOf()
    await email(node, { from: 'ann@example.com', subject: 'Hello\r\nBcc: eve@example.com' })
    await node.deliverSoon()
    const [mail] = mailbox.messages
    assert.equal(mail?.from, '"Ann Ash" <ann@example.com>')
    assert.equal(mail?.subject, 'Hello Bcc: eve@example.com')
    assert.deepEqual(mail?.to, ['rosa@example.com', 'al@example.com'])
  })

  it('sends each message once, however many nodes look for it', async () => {
    const all = [nodeOf(), nodeOf(), nodeOf()]
    const [first] = all
    for (let turn = 0; first && turn < 8; turn++) {
      await text(first, { body: `text ${turn}` })
      await email(first, { to: [`p${turn}@example.com`], cc: [] })
    }
    await Promise.all(all.map((node) => node.deliverSoon()))
    const bodies = provider.asked.map(({ fields }) => fields.get('Body'))
    assert.deepEqual([bodies.length, new Set(bodies).size], [8, 8])
    const receivers = mailbox.messages.flatMap(({ to }) => to)
    assert.deepEqual([receivers.length, new Set(receivers).size], [8, 8])
  })

  it('tries again later and later, and gives up after a day', async () => {
    const node = nodeOf()
    provider.answer({ status: 500, body: '{"message":"Busy"}' })
    mailbox.refuse('reject')
    const [one, other] = [await text(node), await email(node)]
    const waits: number[] = []
    for (;;) {
      await node.deliverSoon()
      const left = await waiting()
      const [next] = left.filter(({ resource }) => resource === 'text_messages')
      if (!next) break
      assert.deepEqual(await fate(textMessages, one), ['queued', 'the provider answered 500 Busy'])
      assert.match(String((await again(emails, other)).status_reason), /^the mail server answered 451/)
      waits.push(Math.round((next.next_attempt_at - Date.now() - later) / 60_000))
      later = Math.max(...left.map(({ next_attempt_at: at }) => at)) - Date.now()
    }
    assert.deepEqual(waits, [1, 5, 30, 120, 360, 360, 360])
    assert.ok(later <= 24 * hour)
    assert.deepEqual(await fate(textMessages, one), ['failed', 'the provider answered 500 Busy'])
    assert.equal((await again(emails, other)).status, 'failed')
    assert.deepEqual(await waiting(), [])
    assert.equal(mailbox.messages.length, 0)
  })

  it('gives up at once what is refused for good, with the reason', async () => {
    const node = nodeOf()
    provider.answer({ status: 400, body: '{"code":21211,"message":"Invalid number"}' })
    mailbox.refuse('for good')
    const [one, other] = [await text(node), await email(node)]
    await node.deliverSoon()
    assert.deepEqual(await fate(textMessages, one), [
      'failed',
      'the provider answered 400 21211 Invalid number',
    ])
    const [status, reason] = await fate(emails, other)
    assert.equal(status, 'failed')
    assert.match(String(reason), /^the mail server answered 550 no such mailbox/)
    assert.deepEqual(await waiting(), [])
  })

  it('waits for a mail server or provider that is gone, and tells nothing of the network', async () => {
    const node = nodeOf()
    provider.answer('cut')
    mailbox.refuse('disconnect')
    const [one, other] = [await text(node), await email(node)]
    await node.deliverSoon()
    assert.deepEqual(await fate(textMessages, one), ['queued', 'the provider could not be reached'])
    assert.deepEqual(await fate(emails, other), ['queued', 'the mail server could not be reached'])
    provider.answer(taken)
    mailbox.refuse('nothing')
    await node.deliverSoon()
    assert.equal((await again(textMessages, one)).status, 'queued', 'it was tried before its turn')
    later = 61_000
    await node.deliverSoon()
    assert.deepEqual(await fate(textMessages, one), ['sent', null])
    assert.deepEqual(await fate(emails, other), ['sent', null])
  })

  it('sends to those who are taken, and names those who are not', async () => {
    const node = nodeOf()
    mailbox.refuse('one receiver')
    const other = await email(node, { to: ['rosa@example.com', 'gone@example.com'], cc: [] })
    await node.deliverSoon()
    const [status, reason] = await fate(emails, other)
    assert.equal(status, 'sent')
    assert.match(String(reason), /^not taken for all: .*550 no such mailbox/)
    assert.deepEqual(mailbox.messages[0]?.to, ['rosa@example.com'])
  })

  it('takes over from a node that died with a message in its hands, with the same message id', async () => {
    const node = nodeOf()
    const { id } = await email(node)
    const leased = { attempts: 1, next_attempt_at: Date.now() + 180_000 }
    await engine.transaction((tx) => tx.updateTable('outgoing_messages').set(leased).execute())
    await node.deliverSoon()
    assert.equal(mailbox.messages.length, 0)
    later = 181_000
    await node.deliverSoon()
    assert.equal(mailbox.messages[0]?.messageId, `<${id}@example.com>`)
  })

  it('never sends what was deleted while it waited, not even when it comes back', async () => {
    const node = nodeOf()
    const [one, other] = [await text(node), await email(node)]
    const both = [
      [textMessages, one],
      [emails, other],
    ] as const
    for (const [resource, row] of both) await write((writer) => remove(writer, resource, row))
    assert.deepEqual(await waiting(), [])
    for (const [resource, row] of both)
      await write(async (writer) =>
        restore(writer, resource, (await writer.find(resource.name, String(row.id))) ?? {}),
      )
    await node.deliverSoon()
    for (const [resource, row] of both)
      assert.deepEqual(await fate(resource, row), ['not_sent', 'deleted before it was sent'])
    assert.deepEqual([provider.asked.length, mailbox.messages.length], [0, 0])
  })

  it('says at once that nothing is sent without a transport, and what was recorded is never sent', async () => {
    const without = nodeOf({ smtpUrl: null, textsUrl: null })
    for (const row of [await text(without), await email(without)])
      assert.deepEqual([row.status, row.status_reason], ['not_sent', 'no transport configured'])
    const node = nodeOf()
    const recorded = await text(node, { manually_added: true })
    const received = await email(node, { direction: 'inbound', from: 'rosa@example.com' })
    const empty = await text(node, { body: '' })
    assert.deepEqual(
      [recorded.status, received.status, empty.status, empty.status_reason],
      ['recorded', 'received', 'not_sent', 'it has no body'],
    )
    await node.deliverSoon()
    assert.deepEqual([await waiting(), provider.asked.length, mailbox.messages.length], [[], 0, 0])
  })

  it('gives up after a day what was queued when there was a transport', async () => {
    const one = await text(nodeOf())
    const without = nodeOf({ smtpUrl: null, textsUrl: null })
    await without.deliverSoon()
    assert.deepEqual(await fate(textMessages, one), ['queued', 'no transport configured'])
    later = 25 * hour
    await without.deliverSoon()
    assert.deepEqual(await fate(textMessages, one), ['failed', 'no transport configured'])
  })

  it('finds by itself what was left behind, and waits at the end for what is in flight', async () => {
    await text(nodeOf())
    const node = nodeOf()
    node.start()
    await provider.waitFor(() => true)
    await node.stop()
    assert.deepEqual(await waiting(), [])
  })
})
