// Starts the reference. It is a file of its own so that the page needs no inline script.

const element = document.getElementById('reference')
const error = /^#error-([a-z0-9-]+)$/.exec(location.hash)

// Each error code has a page of its own; earlier versions had them here.
if (error) location.replace(`/api_docs/errors/${error[1].replaceAll('-', '_')}`)
else start()

function start() {
  // #filters is the guide of that name, short enough to be written by hand.
  if (/^#[a-z-]+$/.test(location.hash)) {
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
}
