import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const everyWidth = [1280, 390] as const
const schemes = ['light', 'dark'] as const

interface Violation {
  id: string
  help: string
  nodes: { html: string; failureSummary?: string }[]
}

/**
 * What axe-core finds on the page as it is, at the widths of a desktop and a phone, in light and dark colours:
 * an empty list when it breaks no rule of WCAG 2.2 A and AA, nor any of axe's own best practices. Of an open
 * dialog, menu or list only that is looked at, for what it covers was looked at before it opened. The page goes
 * back to how it was.
 */
export async function accessibilityOf(page: Page, widths: readonly number[] = everyWidth): Promise<string[]> {
  // By the debugger, which the page's policy does not bind.
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axe)
  const size = page.viewportSize() ?? { width: 1280, height: 800 }
  const found: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 })
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const violations = (await page.evaluate(runOf(colorScheme))) as Violation[]
      found.push(...violations.map((one) => `${width} px, ${colorScheme}: ${told(one)}`))
    }
  }
  await page.setViewportSize(size)
  return found
}

/** Resolves when nothing moves but what never ends; axe would read the colours between. */
export const still = `(async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  await Promise.all(ending.map((one) => one.finished.catch(() => {})))
})()`

function runOf(scheme: (typeof schemes)[number]): string {
  return `(async () => {
    await ${still}
    const open = [...document.querySelectorAll('[role=dialog], [role=menu], [role=listbox]')]
    const covering = open.filter((one) => one.checkVisibility()).at(-1)
    // What covers the page stands at its end and takes the focus: no landmark would help.
    const rules = { region: { enabled: covering === undefined } }
    const options = { resultTypes: ['violations'], ${scheme === 'dark' ? colours : 'rules'} }
    return (await axe.run(covering ?? document, options)).violations
  })()`
}

/** What is not about colours is the same in the dark. */
const colours = "runOnly: ['color-contrast', 'link-in-text-block']"

function told({ id, help, nodes }: Violation): string {
  const places = nodes.slice(0, 3).map(({ html, failureSummary }) => {
    return `${html.slice(0, 200)} ${(failureSummary ?? '').split('\n').slice(1).join(' ').slice(0, 200)}`
  })
  return `${id}: ${help} (${nodes.length}): ${places.join(' | ')}`
}
