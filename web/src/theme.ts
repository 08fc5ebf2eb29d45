import {
  Alert,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Menu,
  Modal,
  MultiSelect,
  PasswordInput,
  Select,
} from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#eef8f8',
  '#d9efef',
  '#b0dedf',
  '#82cbcd',
  '#59b8bb',
  '#3ea6aa',
  '#23898e',
  '#187177',
  '#125c61',
  '#0c4549',
]

const systemFont =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', sans-serif"

/** What covers the page. */
const covering = {
  closeButtonProps: { 'aria-label': 'Close' },
  // It is a header element, which outside of the page's main part would be a second banner.
  attributes: { header: { role: 'presentation' } },
}

/**
 * The list itself scrolls: an area around its options would be one that the keyboard cannot reach. It opens for
 * who clicks or types, and not for who only passes by with Tab.
 */
const list = {
  defaultProps: { checkIconPosition: 'right', withScrollArea: false, openOnFocus: false },
  styles: { options: { maxHeight: 250, overflowY: 'auto' } },
} as const

export const theme = createTheme({
  colors: { petrol },
  primaryColor: 'petrol',
  primaryShade: 7,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: systemFont,
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  headings: { fontFamily: systemFont, fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' } } },
  components: {
    // In the colours of the alerts their titles would stay under the contrast of WCAG AA.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
    Drawer: Drawer.extend({ defaultProps: covering }),
    Modal: Modal.extend({
      defaultProps: { ...covering, centered: true },
      styles: { title: { fontWeight: 600 } },
    }),
    // The first item takes the focus, instead of an empty element before it that a menu must not have.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    MultiSelect: MultiSelect.extend(list),
    PasswordInput: PasswordInput.extend({
      defaultProps: {
        visibilityToggleFocusable: true,
        visibilityToggleButtonProps: { 'aria-label': 'Show what is typed' },
      },
    }),
    Select: Select.extend(list),
  },
})

/** Mantine's own greys and reds for small text stay under the contrast that WCAG AA asks for. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#565e66',
    '--mantine-color-placeholder': '#6b737b',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-red-light': '#fff0f0',
    '--mantine-color-red-light-color': 'var(--mantine-color-red-9)',
    '--mantine-color-green-light': '#eef9f0',
    '--mantine-color-orange-light': '#fff4e8',
    '--latchkey-rail': '#f6f8f8',
    '--latchkey-line': '#dfe4e6',
    '--latchkey-field-line': '#8a929a',
    '--latchkey-soft': '#f3f6f6',
  },
  dark: {
    '--mantine-color-body': '#1b1e20',
    '--mantine-color-dimmed': '#a8b0b6',
    '--mantine-color-placeholder': '#8d959b',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-dark-6': '#24282b',
    '--mantine-color-dark-7': '#1b1e20',
    '--mantine-color-green-light': '#1c3126',
    '--mantine-color-orange-light': '#3a2b1d',
    '--mantine-color-red-light': '#3a2224',
    '--mantine-color-red-light-color': '#ffc9c9',
    '--latchkey-rail': '#16181a',
    '--latchkey-line': '#33393d',
    '--latchkey-field-line': '#737c83',
    '--latchkey-soft': '#24282b',
  },
})
