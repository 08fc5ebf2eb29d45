// Starts the reference. It is a file of its own so that the page needs no inline script.

const element = document.getElementById('reference')
const errorHash = /^#error-[a-z0-9-]+$/

// The `type` of an error leads to #error-missing-field: to the row of its code. Scalar knows headings alone and
// would take the address for its own, so it is put aside until the row is there.
const wanted = errorHash.test(location.hash) ? location.hash : null
if (wanted) history.replaceState(null, '', location.pathname)
// #filters is the guide of that name, short enough to be written by hand.
else if (/^#[a-z-]+$/.test(location.hash)) {
  history.replaceState(null, '', `#api/description/${location.hash.slice(1)}`)
}

Scalar.createApiReference(element, {
  url: element.dataset.document,
  title: document.title,
  pageTitle: document.title,
  baseServerURL: location.origin,
  slug: 'api',
  layout: 'modern',
  theme: 'default',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  hiddenClients: true,
  documentDownloadType: 'none',
  persistAuth: false,
  expandAllSchemaProperties: true,
  orderSchemaPropertiesBy: 'preserve',
  orderRequiredPropertiesFirst: false,
  defaultOpenFirstTag: false,
  modelsSectionLabel: 'Objects',
  generateOperationSlug: ({ operationId }) => operationId,
})

// The rows get their anchors here, and the page stays at the one that is named until the reader moves.
const observer = new MutationObserver(() => {
  nameErrorRows()
  if (wanted) showError(wanted)
})
observer.observe(element, { childList: true, subtree: true })
for (const act of ['wheel', 'touchstart', 'pointerdown', 'keydown']) {
  addEventListener(act, () => observer.disconnect(), { once: true, passive: true })
}
addEventListener('hashchange', () => {
  if (errorHash.test(location.hash)) showError(location.hash)
})

function nameErrorRows() {
  for (const code of document.querySelectorAll('td:first-child > code:only-child')) {
    const row = code.closest('tr')
    const words = code.textContent.split('_')
    if (row.id || !words.every((word) => /^[a-z0-9]+$/.test(word))) continue
    row.id = `error-${words.join('-')}`
    // Where a column is narrow, a code breaks between its words.
    const parts = words.flatMap((word, at) =>
      at === 0 ? [word] : ['_', document.createElement('wbr'), word],
    )
    code.replaceChildren(...parts)
  }
}

function showError(hash) {
  const row = document.getElementById(hash.slice(1))
  if (!row) return
  for (const other of document.querySelectorAll('.named-error')) other.classList.remove('named-error')
  row.classList.add('named-error')
  row.scrollIntoView({ block: 'center' })
  if (location.hash !== hash) history.replaceState(null, '', hash)
}
