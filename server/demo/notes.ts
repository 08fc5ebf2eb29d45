import { notes } from '../resources/notes/notes.schema.ts'
import { historyDays } from './calendar.ts'
import { chanceOf } from './chance.ts'
import { noteWords } from './note-words.ts'
import type { Planning } from './planning.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Remarks, logged e-mails and calls, spread over the time in which something happened on a record. */
export function planNotes(planning: Planning): void {
  const { threads, calendar, journal, sizes, seed } = planning
  const chance = chanceOf(seed, 'notes')
  const now = calendar.at(historyDays - 1, chance)
  if (threads.length === 0) return
  for (let count = 0; count < sizes.notes; count++) {
    const thread = chance.pick(threads)
    const sinceDay = historyDays - Math.ceil((now - thread.from) / dayMs)
    const lastDay = Math.max(sinceDay, Math.min(thread.untilDay, historyDays - 1))
    const at = calendar.next(chance.int(sinceDay, lastDay), thread.from, chance)
    if (at === null) continue
    const [kind, direction, texts] = chance.pick(noteWords[thread.topic])
    const by = chance.happens(0.75) ? thread.by : chance.pick(planning.team)
    journal.create(notes, {
      at,
      by,
      fields: {
        parent_type: thread.parentType,
        parent_id: thread.parentId,
        kind,
        ...(direction ? { direction } : {}),
        description: chance
          .pick(texts)
          .replaceAll('{first}', thread.first)
          .replaceAll('{place}', thread.place)
          .replaceAll('{time}', `${chance.int(9, 11)}:${chance.pick(['00', '15', '30'])}`)
          .replaceAll('{amount}', `$${chance.int(4, 90) * 10}`)
          .replaceAll('{weekday}', chance.pick(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])),
      },
    })
  }
}
