import type { Page } from 'playwright-core'

/**
 * Adds to `complaints` whatever the content security policy of a page refuses, also where the page goes on
 * without a word. Call it before the page is opened.
 */
export async function watchPolicy(page: Page, complaints: string[]): Promise<void> {
  await page.exposeFunction('reportRefused', (what: string) => complaints.push(what))
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (refused) =>
    reportRefused(refused.effectiveDirective + ' refused ' + refused.blockedURI + ' ' + refused.sample))`)
}
