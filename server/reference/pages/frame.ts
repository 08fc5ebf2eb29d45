import { escaped, htmlOf } from './html.ts'
import { addressOf, base, type Page } from './page.ts'

export interface FrameOptions {
  pages: readonly Page[]
  publicUrl: string
  /** The address of the style sheet. */
  style: string
}

/** A page as HTML: what stands around its text is the same for all. */
export function pageHtml(page: Page, { pages, publicUrl, style }: FrameOptions): string {
  const at = pages.indexOf(page)
  const address = addressOf(page)
  return htmlFrame({
    // A guide and a tag can have the same title.
    title: page.group === page.title ? page.title : `${page.title} · ${page.group}`,
    style,
    head: [
      `<meta name="description" content="${escaped(page.summary)}">`,
      `<link rel="canonical" href="${escaped(publicUrl + address)}">`,
      `<link rel="alternate" type="text/markdown" href="${address}.md">`,
    ],
    main: htmlOf(page.markdown),
    aside: siblings(page, pages),
    footer: [
      `<nav class="turn" aria-label="Pages">${turn('prev', pages[at - 1])}${turn('next', pages[at + 1])}</nav>`,
      `<p><a href="${address}.md">This page in Markdown</a></p>`,
    ].join('\n'),
  })
}

/** What a person sees who came to an address that is no page. */
export function missingHtml(path: string, style: string): string {
  return htmlFrame({
    title: 'No such page',
    style,
    head: ['<meta name="robots" content="noindex">'],
    main: `<h1>No such page</h1>\n<p><code>${escaped(path)}</code> is not a page of the reference. Look in the <a href="${base}/contents">contents</a>.</p>`,
    aside: '',
    footer: '',
  })
}

interface HtmlParts {
  title: string
  style: string
  head: readonly string[]
  main: string
  aside: string
  footer: string
}

function htmlFrame({ title, style, head, main, aside, footer }: HtmlParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Latchkey REST API</title>
${head.join('\n')}
<link rel="alternate" type="application/atom+xml" title="Changes of the API" href="${base}/changelog.atom">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<a class="name" href="${base}/contents">Latchkey REST API</a>
<nav aria-label="Reference">
<a href="${base}/guides/quick-start">Quick start</a>
<a href="${base}/contents">Contents</a>
<a href="${base}/guides/errors">Errors</a>
<a href="${base}/changelog">Changelog</a>
<a href="${base}">Try it</a>
</nav>
</header>
<div class="columns">
<main id="content">
${main}
${footer}
</main>
${aside}
</div>
</body>
</html>
`
}

/** The pages beside this one. */
function siblings(page: Page, pages: readonly Page[]): string {
  const group = pages.filter((other) => other.group === page.group)
  if (group.length < 2) return ''
  const items = group.map((other) => {
    const current = other === page ? ' aria-current="page"' : ''
    return `<li><a href="${addressOf(other)}"${current}>${escaped(other.title)}</a></li>`
  })
  return `<aside><nav aria-label="${escaped(page.group)}"><h2>${escaped(page.group)}</h2>\n<ul>\n${items.join('\n')}\n</ul></nav></aside>`
}

function turn(rel: 'prev' | 'next', page: Page | undefined): string {
  if (!page) return ''
  const word = rel === 'prev' ? 'Previous' : 'Next'
  return `<a rel="${rel}" href="${addressOf(page)}"><small>${word}</small> ${escaped(page.title)}</a>`
}
