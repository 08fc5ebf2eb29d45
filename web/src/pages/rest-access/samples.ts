export interface Sample {
  language: string
  howToRun: string
  code: string
}

/** Whole small programs that run with nothing installed beside the language. None of them contains a key. */
export function samplesFor(baseUrl: string): Sample[] {
  const url = `${baseUrl}/contacts?per_page=3`
  return [
    { language: 'curl', howToRun: 'Run it in a shell.', code: curl(url) },
    { language: 'Node', howToRun: 'Save it as contacts.mjs and run: node contacts.mjs', code: node(url) },
    {
      language: 'Python',
      howToRun: 'Save it as contacts.py and run: python3 contacts.py',
      code: python(url),
    },
    { language: 'Ruby', howToRun: 'Save it as contacts.rb and run: ruby contacts.rb', code: ruby(url) },
    { language: 'PHP', howToRun: 'Save it as contacts.php and run: php contacts.php', code: php(url) },
  ]
}

const curl = (url: string) => `curl --fail-with-body "${url}" \\
  --header "Authorization: Bearer $LATCHKEY_API_KEY"`

const node = (url: string) => `const response = await fetch('${url}', {
  headers: { Authorization: \`Bearer \${process.env.LATCHKEY_API_KEY}\` },
})
const body = await response.json()
if (!response.ok) throw new Error(body.error)

for (const contact of body.data) {
  console.log(contact.name, contact.emails.join(', '))
}`

const python = (url: string) => `import json
import os
import urllib.request

request = urllib.request.Request(
    "${url}",
    headers={"Authorization": f"Bearer {os.environ['LATCHKEY_API_KEY']}"},
)
with urllib.request.urlopen(request) as response:
    body = json.load(response)

for contact in body["data"]:
    print(contact["name"], ", ".join(contact["emails"]))`

const ruby = (url: string) => `require 'json'
require 'net/http'

response = Net::HTTP.get_response(
  URI('${url}'),
  'Authorization' => "Bearer #{ENV.fetch('LATCHKEY_API_KEY')}"
)
body = JSON.parse(response.body)
abort body['error'] unless response.is_a?(Net::HTTPSuccess)

body['data'].each do |contact|
  puts "#{contact['name']} #{contact['emails'].join(', ')}"
end`

const php = (url: string) => `<?php
$context = stream_context_create(['http' => [
    'header' => 'Authorization: Bearer ' . getenv('LATCHKEY_API_KEY'),
    'ignore_errors' => true,
]]);
$body = json_decode(file_get_contents('${url}', false, $context), true);
if (!isset($body['data'])) {
    exit($body['error'] . PHP_EOL);
}

foreach ($body['data'] as $contact) {
    echo $contact['name'], ' ', implode(', ', $contact['emails']), PHP_EOL;
}`
