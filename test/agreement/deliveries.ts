import { type Account, accountRows } from './rows.ts'

/** Each delivery is closed once an attempt was taken, attempts have numbers of their own, and one a record has its turn. */
export async function deliveriesAgree(account: Account): Promise<string[]> {
  const deliveries = await accountRows(account, 'webhook_deliveries')
  const attempts = Map.groupBy(await accountRows(account, 'webhook_attempts'), (row) => row.delivery_id)
  const found: string[] = []
  const known = new Set(deliveries.map(({ id }) => id))
  for (const id of attempts.keys())
    if (!known.has(id)) found.push(`attempts of the delivery ${id}, which is not there`)
  for (const { id, status, attempts_count, closed_at } of deliveries) {
    const own = attempts.get(id) ?? []
    // One that a crash cut off was counted and has no outcome.
    if (own.some(({ number }) => Number(number) > Number(attempts_count)))
      found.push(`delivery ${id} counts ${attempts_count} attempts and has more`)
    const isTaken = own.some(
      ({ response_status }) => Number(response_status) >= 200 && Number(response_status) < 300,
    )
    if (isTaken !== (status === 'delivered'))
      found.push(`delivery ${id} is ${status}, not as its attempts say`)
    if ((status === 'pending') !== (closed_at === null))
      found.push(`delivery ${id} is ${status} and closed at ${closed_at}`)
  }
  const open = deliveries.filter(({ closed_at }) => closed_at === null)
  const lines = Map.groupBy(open, (row) => `${row.subscription_id} ${row.record_id}`)
  for (const [line, own] of lines) {
    const turns = own.filter(({ next_attempt_at }) => next_attempt_at !== null).length
    if (turns !== 1) found.push(`${turns} deliveries of ${line} have their turn`)
  }
  return found
}

/** An answer that is kept for a key tells of a record that is there. */
export async function keyedAnswersAgree(account: Account): Promise<string[]> {
  const contacts = new Set((await accountRows(account, 'contacts')).map(({ id }) => id))
  const keyed = (await accountRows(account, 'idempotency_keys')).filter(({ status }) => status === 201)
  return keyed.flatMap(({ idempotency_key, body }) => {
    const id = JSON.parse(String(body)).data.id
    return contacts.has(id)
      ? []
      : [`the answer kept for ${idempotency_key} tells of ${id}, which is not there`]
  })
}
