import type { Readable } from 'node:stream'

/** The first and the last byte of a part, counted from 0. */
export interface ByteRange {
  start: number
  end: number
}

/** What is to be kept: a complete file on this machine. */
export interface Content {
  /** A random UUID, which names the bytes for good: they are never changed, only removed. */
  contentId: string
  path: string
  size: number
  /** Hexadecimal. */
  sha256: string
}

/**
 * Where the bytes of uploaded files lie.
 * @throws ApiError of `storage-errors.ts` from each of its functions.
 */
export interface ContentStore {
  /** Keeps the bytes durably. The file at `path` is used up, or left to the caller. */
  put(content: Content): Promise<void>
  /** The bytes, or a part of them; what breaks off later destroys the stream. */
  open(contentId: string, range: ByteRange | null): Promise<Readable>
  /** Bytes that are not there are as good as removed. */
  remove(contentId: string): Promise<void>
  close(): void
}

/** The same place in a directory and in a bucket, so that one can be copied to the other. */
export function keyOf(contentId: string): string {
  return `${contentId.slice(0, 2)}/${contentId.slice(2, 4)}/${contentId}`
}
