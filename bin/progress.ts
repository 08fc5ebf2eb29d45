/** How far something long has come, on standard error: one line that changes in a terminal, few lines elsewhere. */
export interface Progress {
  at(done: number, all: number): void
  /** Says once that it is done, where something was shown. */
  end(): void
}

export function showProgress(
  what: string,
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
): Progress {
  let isShown = false
  let shown = -1
  const step = stream.isTTY ? 1 : 25
  const write = (text: string) => stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`)
  return {
    at(done, all) {
      isShown = true
      const percent = Math.floor((done / all) * (100 / step)) * step
      if (percent === shown) return
      shown = percent
      write(`${what} … ${percent} %`)
    },
    end() {
      if (!isShown) return
      isShown = false
      if (stream.isTTY) stream.write('\r\u001b[2K')
      else stream.write(`${what}: done\n`)
    },
  }
}
