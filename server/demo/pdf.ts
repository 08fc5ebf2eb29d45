/**
 * A page of text as a PDF, which every viewer opens. The lines are ASCII and fit on the page: the first one is
 * the title.
 */
export function pdfOf([title = '', ...lines]: readonly string[]): Buffer {
  const shown = [
    `/F1 18 Tf (${escaped(title)}) Tj 0 -36 Td`,
    ...lines.map((line) => `/F1 11 Tf (${escaped(line)}) Tj 0 -18 Td`),
  ]
  const drawn = `BT 72 720 Td ${shown.join(' ')} ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let text = '%PDF-1.4\n'
  const places = objects.map((object, at) => {
    const place = String(text.length).padStart(10, '0')
    text += `${at + 1} 0 obj\n${object}\nendobj\n`
    return `${place} 00000 n \n`
  })
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`
  return Buffer.from(
    `${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  )
}

function escaped(text: string): string {
  return text.replace(/[\\()]/g, '\\$&').replace(/[^ -~]/g, '?')
}
