/**
 * Copies a text that may still be on its way. A browser may allow the clipboard only while it handles the click,
 * so where it takes a promise it gets one. `copied` is false where the clipboard is out of reach, as on plain http.
 */
export async function copyText(coming: Promise<string>): Promise<{ text: string; copied: boolean }> {
  const copied = await write(coming).then(
    () => true,
    () => false,
  )
  return { text: await coming, copied }
}

async function write(coming: Promise<string>) {
  if (!navigator.clipboard) throw new Error('This page has no clipboard')
  if (typeof ClipboardItem === 'undefined') return navigator.clipboard.writeText(await coming)
  const blob = coming.then((text) => new Blob([text], { type: 'text/plain' }))
  return navigator.clipboard
    .write([new ClipboardItem({ 'text/plain': blob })])
    .catch(async () => navigator.clipboard.writeText(await coming))
}
