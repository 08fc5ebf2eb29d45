import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changelog, changelogEntry, changelogPage } from './changelog.ts'
import { changelogFeed } from './changelog-feed.ts'

test('an entry tells its day, its title and whether it breaks programs', () => {
  const entry = changelogEntry('2026-11-25.md', '# Tags\n\n## Breaking\n\n- `tag` is gone.\n')
  assert.deepEqual(entry, {
    date: '2026-11-25',
    title: 'Tags',
    text: '## Breaking\n\n- `tag` is gone.',
    isBreaking: true,
  })
})

test('a file that is no entry is refused', () => {
  assert.throws(() => changelogEntry('tags.md', '# Tags\n\nText'), /named for its day/)
  assert.throws(() => changelogEntry('2026-13-45.md', '# Tags\n\nText'), /named for its day/)
  assert.throws(() => changelogEntry('2026-11-25.md', 'Text'), /begins with/)
  assert.throws(() => changelogEntry('2026-11-25.md', '# Tags\n'), /says what changed/)
})

test('the page has every entry, newest first, each under its day', () => {
  const { markdown } = changelogPage()
  const days = [...markdown.matchAll(/^## (.+)$/gm)].map(([, day]) => day)
  assert.deepEqual(
    days,
    changelog.map(({ date }) => date),
  )
  assert.deepEqual(days, [...days].sort().reverse())
})

test('the feed is Atom with every entry, whole links and no markup of others', () => {
  const feed = changelogFeed('https://latchkey.example.org')
  assert.match(feed, /<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/)
  assert.match(feed, /<link rel="self" href="https:\/\/latchkey\.example\.org\/api_docs\/changelog\.atom"\/>/)
  assert.equal(feed.match(/<entry>/g)?.length, changelog.length)
  for (const { date } of changelog) {
    assert.ok(feed.includes(`<id>https://latchkey.example.org/api_docs/changelog#${date}</id>`))
    assert.ok(feed.includes(`<updated>${date}T00:00:00.000Z</updated>`))
  }
  assert.doesNotMatch(feed, /href="\/|href=&quot;\//)
})
