// Runs before Scalar, which adds its styles as elements and as attributes. The policy of the page takes style
// elements that carry the nonce of this answer, and no style attributes; so every style goes the allowed way.

// Its schemas would try whether code can be made from text, which the policy refuses.
globalThis.__zod_globalConfig = { jitless: true }

const nonce = document.querySelector('meta[property=csp-nonce]').content
const { createElement } = document
const { setAttribute } = Element.prototype
const innerHtml = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML')

document.createElement = function (name, ...more) {
  const element = createElement.call(this, name, ...more)
  if (element instanceof HTMLStyleElement) element.nonce = nonce
  return element
}

Element.prototype.setAttribute = function (name, value) {
  if (name === 'style') this.style.cssText = value
  else setAttribute.call(this, name, value)
}

// The highlighted code says in a style attribute how many lines it has.
Object.defineProperty(Element.prototype, 'innerHTML', {
  ...innerHtml,
  set(html) {
    const unstyled = String(html).replace(/(<code class="hljs[^"]*") style="/g, '$1 data-style="')
    innerHtml.set.call(this, unstyled)
    for (const code of this.querySelectorAll('code[data-style]')) code.style.cssText = code.dataset.style
  },
})
