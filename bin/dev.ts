/**
 * `npm run dev`: the server, which starts again when its code changes, and the web app with its pages renewed
 * in place. Ctrl-C ends both.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const program = fileURLToPath(new URL('./latchkey.ts', import.meta.url))
const web = fileURLToPath(new URL('../web', import.meta.url))

const pages = await createServer({ root: web, configFile: `${web}/vite.config.ts`, clearScreen: false })
await pages.listen()
pages.printUrls()
const [url = 'http://localhost:5173'] = pages.resolvedUrls?.local ?? []

const server = spawn(process.execPath, ['--watch', program, 'serve', '--no-build'], {
  stdio: 'inherit',
  // Links and the check of where a request comes from go by the address in the browser.
  env: { ...process.env, PORT: '3000', PUBLIC_URL: process.env.PUBLIC_URL ?? new URL(url).origin },
})

const end = async () => {
  server.kill('SIGTERM')
  await pages.close()
  process.exit(0)
}
server.once('exit', end)
process.once('SIGINT', end)
process.once('SIGTERM', end)
