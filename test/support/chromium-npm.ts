import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Unpacks the Chromium of the npm package `@sparticuz/chromium` into the user's cache, once for each version,
 * and gives its path with the variables that it runs with on a Linux that has none of its libraries.
 *
 * @throws Error when the package has no Chromium for this machine
 */
export async function unpackChromium(): Promise<{ path: string; env: NodeJS.ProcessEnv }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const machine = `${process.platform} ${process.arch}`
    throw new Error(
      `no Chromium found, and the npm package @sparticuz/chromium has none for ${machine}: install Chromium or Google Chrome, or set CHROMIUM_PATH`,
    )
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'latchkey-tests')
  const folder = join(cache, `chromium-${packageVersion()}`)
  if (!existsSync(folder)) await unpackInto(cache, folder)
  return { path: join(folder, 'chromium'), env: variables(folder) }
}

/** Test files run side by side, so the folder appears whole under its name or not at all. */
async function unpackInto(cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const unpacking = await mkdtemp(join(cache, 'unpacking-'))
  try {
    await promisify(execFile)(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        "await (await import('@sparticuz/chromium')).default.executablePath()",
      ],
      {
        cwd: import.meta.dirname,
        // The package unpacks to the temporary directory, and its libraries (NSS, NSPR, expat: most of what a
        // bare Debian lacks) only where it believes to be on AWS Lambda.
        env: { ...process.env, TMPDIR: unpacking, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
      },
    )
    await writeFile(join(unpacking, 'fonts', 'fonts.conf'), fontConfiguration(folder))
    await rename(unpacking, folder)
  } catch (error) {
    await rm(unpacking, { recursive: true, force: true })
    if (!existsSync(folder)) throw new Error(`Chromium could not be unpacked into ${cache}`, { cause: error })
  }
}

function variables(folder: string): NodeJS.ProcessEnv {
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
  return {
    LD_LIBRARY_PATH: libraries.filter(Boolean).join(':'),
    FONTCONFIG_FILE: join(folder, 'fonts', 'fonts.conf'),
  }
}

/** The packaged one knows /tmp/fonts only: without its own fonts a bare machine would draw no letters. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts', 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts', 'cache')}</cachedir>
</fontconfig>
`
}

function packageVersion(): string {
  const manifest = new URL('../../package.json', import.meta.resolve('@sparticuz/chromium'))
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'))
  return version
}
