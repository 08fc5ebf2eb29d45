import GithubSlugger from 'github-slugger'
import MarkdownIt from 'markdown-it'

// Raw HTML in a text is shown, never passed on; links to scripts are no links.
const markdown = MarkdownIt({ html: false, linkify: false, typographer: false })

/** Headings get the anchors that the interactive reference gives them. */
markdown.core.ruler.push('anchors', (state) => {
  const slugger = new GithubSlugger()
  for (const [at, token] of state.tokens.entries()) {
    if (token.type !== 'heading_open') continue
    const parts = state.tokens[at + 1]?.children ?? []
    token.attrSet('id', slugger.slug(parts.map(({ content }) => content).join('')))
  }
})

// What is wider than a phone scrolls by itself, also by keyboard.
markdown.renderer.rules.table_open = () =>
  '<div class="wide" role="group" aria-label="Table" tabindex="0">\n<table>\n'
markdown.renderer.rules.table_close = () => '</table>\n</div>\n'
markdown.renderer.rules.fence = (tokens, at) => {
  const { info = '', content = '' } = tokens[at] ?? {}
  return `<pre tabindex="0"><code data-language="${escaped(info)}">${escaped(content)}</code></pre>\n`
}

/** The HTML of a text of Markdown, without anything active in it. */
export function htmlOf(text: string): string {
  return markdown.render(text)
}

/** For the text of an element or the value of an attribute. */
export function escaped(text: string): string {
  return markdown.utils.escapeHtml(text)
}
