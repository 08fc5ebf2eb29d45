/** How far something long has come, on standard error: one line that changes in a terminal, few lines elsewhere. */
export interface Progress {
  at(done: number, all: number): void
  end(): void
}

export function showProgress(
  what: string,
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
): Progress {
  let began: number | null = null
  let shown = -1
  const step = stream.isTTY ? 1 : 25
  const write = (text: string) => stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`)
  return {
    at(done, all) {
      began ??= performance.now()
      const percent = Math.floor((done / all) * (100 / step)) * step
      if (percent === shown) return
      shown = percent
      write(`${what} … ${percent} %`)
    },
    end() {
      if (began === null) return
      if (stream.isTTY) stream.write('\r\u001b[2K')
      else stream.write(`${what}: done\n`)
    },
  }
}
