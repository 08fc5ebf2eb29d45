/** Writes copies of an account past the write path, in an engine's own fastest way. */
export interface Copier {
  /** Ends of ids that the original has in tables which all accounts share. */
  readonly taken: ReadonlySet<string>
  /** Writes one copy, whose ids end so. */
  copy(ending: string): Promise<void>
  /** Makes what was set aside, and keeps everything. */
  keep(): Promise<void>
  /** Gives up what was not kept. */
  close(): Promise<void>
}
