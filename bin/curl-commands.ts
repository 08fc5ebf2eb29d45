/** Commands to paste into a shell: read a list, write a lead with its person and house, search. */
export function curlCommands(
  url: string,
  demo: { apiKey: string; pipelineId: string | null; somebody: string | null },
): string[] {
  const call = (path: string) => `curl '${url}/rest${path}' -H 'Authorization: Bearer ${demo.apiKey}'`
  const commands = [call('/contacts?per_page=3')]
  if (demo.pipelineId) {
    const body = JSON.stringify(leadIn(demo.pipelineId))
    commands.push(`${call('/deals')} -H 'Content-Type: application/json' -d '${body}'`)
  }
  if (demo.somebody) {
    commands.push(call(`/deals?search=${encodeURIComponent(demo.somebody).replaceAll("'", '%27')}`))
  }
  return commands
}

function leadIn(pipelineId: string) {
  return {
    deal: { pipeline_id: pipelineId, comments: 'Moving away in May, wants to keep the house.' },
    contact: {
      full_name: 'Rosa Field',
      email_addresses: ['rosa.field@example.com'],
      phone_numbers: [{ kind: 'mobile', phone: '(541) 555-0142' }],
    },
    property: { address: '18 Alder Court', city: 'Larkfold', state: 'OR', address_zip_code: '97990' },
  }
}
