// The form of a website: posts a lead as the browser's form would, and logs the mail that answered it.
//
//   node take-lead.mjs <base url> <key> <pipeline name> <person> <e-mail> <phone> <address>
const [base, key, pipelineName, person, email, phone, address] = process.argv.slice(2)

async function call(method, path, form) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
    },
    body: form,
  })
  const body = await response.json()
  if (response.status >= 400) throw new Error(`${response.status}: ${body.error}`)
  return { status: response.status, ...body }
}

const pipelines = await call('GET', '/pipelines?per_page=200')
const pipeline = pipelines.data.find((one) => one.name === pipelineName)
if (!pipeline) throw new Error(`No pipeline is called ${pipelineName}`)
const stages = await call('GET', `/pipelines/${pipeline.id}/stages`)

const lead = new URLSearchParams([
  ['deal[pipeline_id]', pipeline.id],
  ['deal[stage_id]', stages.data[0].id],
  ['deal[source_id_or_name]', 'Website form'],
  ['deal[create_source_if_new]', 'true'],
  ['deal[accept_duplicates]', 'false'],
  ['deal[comments]', 'Filled in the form.\nWants a call.'],
  ['deal[tags][]', 'web'],
  ['contact[full_name]', person],
  ['contact[email_addresses][]', email],
  ['contact[phone_numbers][][kind]', 'mobile'],
  ['contact[phone_numbers][][phone]', phone],
  ['property[address]', address],
  ['property[address_zip_code]', '97001'],
  ['property[num_bedrooms]', '3'],
  ['property[estimated_rent]', '1450'],
])
const { status, data: deal, meta } = await call('POST', '/deals', lead.toString())
console.log(`${status === 201 ? 'created' : 'known'} ${deal.id}${meta?.duplicate ? ' (duplicate)' : ''}`)
console.log(`stage ${deal.stage.name}, source ${deal.source.name}, value ${deal.value ?? 'unknown'}`)
for (const contact of deal.contacts) console.log(`contact ${contact.name} <${contact.emails.join(', ')}>`)
for (const { full_address, unit } of deal.properties)
  console.log(
    `property ${full_address.full_address}, ${parseFloat(unit.num_bedrooms)} bedrooms, ${unit.estimated_rent}`,
  )

const note = new URLSearchParams({
  parent_id: deal.id,
  parent_type: 'Deal',
  description: 'Thank you for your interest.',
  kind: 'email',
  direction: 'outbound',
})
await call('POST', '/notes', note.toString())
const again = await call('GET', `/deals/${deal.id}`)
console.log(`${again.data.num_outbound_emails} mail`)
