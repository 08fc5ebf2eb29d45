import assert from 'node:assert/strict'
import { test } from 'node:test'
import { htmlOf } from './html.ts'
import { fence } from './operation-page.ts'
import { twinOf } from './twin.ts'

test('HTML in a text is shown and never passed on', () => {
  const html = htmlOf('a <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=y>')
  assert.doesNotMatch(html, /<script|<img|href="javascript/)
  assert.match(html, /&lt;script&gt;/)
})

test('headings are anchors, also when they say the same', () => {
  const html = htmlOf('# `code` and words\n\n## Again\n\n## Again')
  assert.match(html, /<h1 id="code-and-words">/)
  assert.match(html, /<h2 id="again">.*<h2 id="again-1">/s)
})

test('a block of code is not ended by what is in it', () => {
  const html = htmlOf(fence('sh', 'echo "```"\n\n# no heading\n'))
  assert.match(
    html,
    /<pre tabindex="0"><code data-language="sh">echo &quot;```&quot;\n\n# no heading\n<\/code><\/pre>/,
  )
  assert.doesNotMatch(html, /<h1/)
})

test('the links of a twin are whole, and lead to twins where there is one', () => {
  const markdown =
    '[a](/api_docs/guides/paging#order) [b](/rest/openapi.json) [c](/api_docs) [d](https://example.com/x)'
  assert.equal(
    twinOf({ markdown }, 'https://latchkey.example.org'),
    '[a](https://latchkey.example.org/api_docs/guides/paging.md#order) [b](https://latchkey.example.org/rest/openapi.json) [c](https://latchkey.example.org/api_docs) [d](https://example.com/x)\n',
  )
})
