import { pagePolicy } from '../security-headers.ts'

export interface ReferenceFiles {
  bundle: string
  /** Runs before the bundle, and lets its styles in. */
  prelude: string
  script: string
  style: string
  document: string
}

/** The page of the reference, with its policy. Everything on it comes from this server. */
export function referencePage(files: ReferenceFiles, nonce: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta property="csp-nonce" content="${nonce}">
    <title>Latchkey REST API</title>
    <link rel="alternate" type="text/markdown" href="/api_docs/contents.md">
    <link rel="alternate" type="application/atom+xml" title="Changes of the API" href="/api_docs/changelog.atom">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${files.style}">
  </head>
  <body>
    <div id="reference" data-document="${files.document}"></div>
    <noscript>
      <h1>Latchkey REST API</h1>
      <p>
        This page needs scripts. The same stands on pages that need none: see the
        <a href="/api_docs/contents">contents</a>, or begin with the
        <a href="/api_docs/guides/quick-start">quick start</a>. For programs there are
        <a href="/rest/openapi.json">openapi.json</a> and <a href="/llms.txt">llms.txt</a>.
      </p>
    </noscript>
    <script src="${files.prelude}"></script>
    <script src="${files.bundle}"></script>
    <script src="${files.script}"></script>
  </body>
</html>
`
}

/** Scalar adds style elements of its own, which the nonce lets in; scripts are files of this server alone. */
export function referencePolicy(nonce: string): string {
  return pagePolicy({
    script: "'self'",
    style: `'self' 'nonce-${nonce}'`,
    img: "'self' data:",
    font: "'self' data:",
    connect: "'self'",
  })
}
