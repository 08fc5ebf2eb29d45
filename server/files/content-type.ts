import { open } from 'node:fs/promises'
import { fileTypeFromFile } from 'file-type'
import mime from 'mime'

export const unknownType = 'application/octet-stream'

/**
 * The media type of a file by what is in it; what the client claims is not asked. Texts have no mark of
 * their own: one is what its name says, if that is a kind of text.
 */
export async function contentTypeOf(path: string, name: string): Promise<string> {
  const found = await sniffed(path)
  if (found) return found
  const named = mime.getType(name)
  return named && isTextType(named) && (await looksLikeText(path)) ? named : unknownType
}

/** The type that a file is sent with: what a browser could run goes out as plain bytes. */
export function sentType(contentType: string): string {
  return /html|xml|svg|javascript|ecmascript/.test(contentType) ? unknownType : contentType
}

async function sniffed(path: string): Promise<string | null> {
  try {
    return (await fileTypeFromFile(path))?.mime ?? null
  } catch {
    // A file that only begins like its kind is of no known kind.
    return null
  }
}

function isTextType(type: string): boolean {
  return type.startsWith('text/') || /^(application|image)\/([\w.-]+\+)?(json|xml)$/.test(type)
}

const sampleBytes = 4_096

async function looksLikeText(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(sampleBytes) })
    const sample = buffer.subarray(0, bytesRead)
    if (sample.includes(0)) return false
    // The sample may end inside of a character, which a stream takes and a whole text would not.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: bytesRead === sampleBytes })
    return true
  } catch {
    return false
  } finally {
    await file.close()
  }
}
