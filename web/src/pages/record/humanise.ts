/** `last_emailed_at` → "Last emailed", `pipeline_id` → "Pipeline id". */
export function humanise(key: string): string {
  const words = key
    .replace(/_at$/, '')
    .replace(/^num_/, '')
    .split('_')
    .map((word) => abbreviations[word] ?? word)
    .join(' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const abbreviations: Record<string, string> = {
  id: 'id',
  url: 'URL',
  zip: 'ZIP',
  api: 'API',
  emails: 'e-mails',
  email: 'e-mail',
}
