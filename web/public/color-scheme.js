// Runs before the first paint, so that a dark system never shows a white flash.
const dark = window.matchMedia('(prefers-color-scheme: dark)').matches
document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
