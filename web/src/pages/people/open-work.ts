import type { OpenWork } from '../../api/people.ts'

/** `3 open leads and 1 open task`; empty when there is nothing. */
export function openWorkInWords(work: OpenWork): string {
  const parts = [
    counted(work.deals, 'open lead', 'open leads'),
    counted(work.processes, 'open process', 'open processes'),
    counted(work.tasks, 'open task', 'open tasks'),
    counted(work.conversations, 'active conversation', 'active conversations'),
  ]
  return new Intl.ListFormat('en').format(parts.filter((part) => part !== ''))
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
