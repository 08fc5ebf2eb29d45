// Keeps a copy of all processes: reads what changed since the last run, with custom fields, page by page.
//
//   node poll-processes.mjs <base url> <key> [unix seconds of the last run]
//
// Prints one line a process, and at the end the time to give the next run.
const [base, key, since = '0'] = process.argv.slice(2)
const headers = { Authorization: key, 'Content-Type': 'application/json' }
const startedAt = Math.floor(Date.now() / 1000)

async function get(path) {
  for (;;) {
    const response = await fetch(`${base}${path}`, { headers })
    if (response.status === 429) {
      const seconds = Number(response.headers.get('X-RateLimit-Retry-After') ?? 60)
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
      continue
    }
    if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.json()).error}`)
    return response.json()
  }
}

const health = await get('/info/account')
console.log(`account ${health.data.name}`)

let page = 1
let totalPages = 1
let count = 0
while (page <= totalPages) {
  const query = `include_custom_fields=true&updated_since=${since}&per_page=200&page=${page}&limit=200`
  const { data, meta } = await get(`/processes?${query}`)
  totalPages = meta.total_pages
  for (const item of data) {
    const fields = Object.fromEntries(item.custom_fields.map((field) => [field.key, field.value]))
    const state = item.closed_at === null ? 'open' : 'closed'
    console.log(`${item.id} ${state} ${item.process_type.name}: ${item.name} ${JSON.stringify(fields)}`)
    count += 1
  }
  page += 1
}
console.log(`${count} processes`)
console.log(`next ${startedAt}`)
