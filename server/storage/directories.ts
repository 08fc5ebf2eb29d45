import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a directory for the owner alone, with those above it, so that it is there after a power cut as well. */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first !== undefined) for (const made of between(first, path)) syncDirectory(dirname(made))
}

/** A new name in a directory is safe only once the directory itself is on the disk. */
export function syncDirectory(path: string): void {
  // Windows opens no directories, and has nothing to wait for.
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** The directories from `first` down to `path`. */
export function between(first: string, path: string): string[] {
  const above = dirname(path)
  return path === first || above === path ? [path] : [...between(first, above), path]
}
