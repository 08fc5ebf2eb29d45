import assert from 'node:assert/strict'
import { it } from 'node:test'
import { pageLinks } from './page-links.ts'

const meta = { per_page: 5, has_more: true }

function linked(url: string, own: object): Record<string, string> {
  const header = pageLinks(url, { data: [], meta: { ...meta, ...own } }) ?? ''
  const links = header.split(', ').map((link) => /^<(.*)>; rel="(\w+)"$/.exec(link) ?? [])
  return Object.fromEntries(links.map(([, target, rel]) => [rel, target]))
}

it('links a page in the middle to all four', () => {
  assert.deepEqual(
    linked('/rest/deals?search=a%26b&page=2&per_page=5', {
      page_number: 2,
      total_pages: 4,
      next_cursor: 'x',
    }),
    {
      first: '/rest/deals?search=a%26b&per_page=5&page=1',
      prev: '/rest/deals?search=a%26b&per_page=5&page=1',
      next: '/rest/deals?search=a%26b&per_page=5&page=3',
      last: '/rest/deals?search=a%26b&per_page=5&page=4',
    },
  )
})

it('links no page before the first, after the last, or last where nothing was counted', () => {
  assert.deepEqual(
    Object.keys(linked('/rest/deals', { page_number: 1, total_pages: 1, next_cursor: null })),
    ['first', 'last'],
  )
  assert.deepEqual(Object.keys(linked('/rest/deals', { page_number: 1, next_cursor: 'x' })), [
    'first',
    'next',
  ])
  assert.equal(
    linked('/rest/deals', { page_number: 1, total_pages: 0, next_cursor: null }).last,
    '/rest/deals?page=1',
  )
})

it('links by cursor where the page was asked for by cursor', () => {
  assert.deepEqual(linked('/rest/v1/deals?cursor=&page=7', { next_cursor: 'a=b' }), {
    next: '/rest/v1/deals?cursor=a%3Db',
  })
  assert.equal(pageLinks('/rest/deals?cursor=x', { data: [], meta: { ...meta, next_cursor: null } }), null)
})

it('links nothing that is no list', () => {
  for (const body of [null, 'x', {}, { data: {} }, { data: {}, meta: { duplicate: true } }, { meta: null }])
    assert.equal(pageLinks('/rest/deals', body), null)
})

it('links nothing of an address that would fill the headers of the answer', () => {
  const own = { page_number: 2, total_pages: 4, next_cursor: 'x' }
  assert.equal(
    pageLinks(`/rest/deals?search=${'x'.repeat(8_000)}`, { data: [], meta: { ...meta, ...own } }),
    null,
  )
})
