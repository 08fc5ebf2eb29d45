// Starts the reference. It is a file of its own so that the page needs no inline script.

const element = document.getElementById('reference')

Scalar.createApiReference(element, {
  url: element.dataset.document,
  title: document.title,
  pageTitle: document.title,
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
  orderSchemaPropertiesBy: 'preserve',
  orderRequiredPropertiesFirst: false,
  defaultOpenFirstTag: false,
  modelsSectionLabel: 'Objects',
  generateHeadingSlug: ({ slug }) => slug,
  generateOperationSlug: ({ operationId, method, path }) => operationId ?? `${method}${path}`,
})
