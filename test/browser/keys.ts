import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** What somebody does who has a keyboard alone. */
export interface Keys {
  /** Goes on by Tab to the field and types. */
  typeInto(label: string, text: string): Promise<void>
  /** Goes on by Tab to what has this name, which must show that it has the focus, and presses Enter or another key. */
  press(role: 'button' | 'link' | 'radio' | 'checkbox', name: RegExp, key?: string): Promise<void>
}

const mostTabs = 60

export function keysOf(page: Page): Keys {
  return {
    async typeInto(label, text) {
      // The list of what can be chosen has the same name, after the field.
      const field = page.getByLabel(label, { exact: true }).first()
      await tabUntil(() => field.evaluate((element) => element === document.activeElement), label)
      await page.keyboard.type(text)
    },
    async press(role, name, key = 'Enter') {
      const target = page.getByRole(role, { name }).first()
      await tabUntil(() => target.evaluate((element) => element === document.activeElement), String(name))
      assert.ok(await target.evaluate(isOutlined), `the focus on ${name} cannot be seen`)
      await page.keyboard.press(key)
    },
  }

  async function tabUntil(reached: () => Promise<boolean>, what: string): Promise<void> {
    for (let tabs = 0; tabs < mostTabs; tabs++) {
      if (await reached()) return
      await page.keyboard.press('Tab')
    }
    assert.fail(`${what} is not reached by Tab`)
  }
}

/** A link that fills a card shows its focus around the card. */
function isOutlined(element: Element): boolean {
  const chain = [element, element.closest('[class*=card]')].filter((part) => part !== null)
  return chain.some((part) => getComputedStyle(part).outlineStyle !== 'none')
}
