import { onClearing, onSetting, reassigned, type SpecialEvent } from '../../resource-layer/events.ts'

const done = onSetting('completed_at', 'completed', 'It was done.')

/** A task that is skipped has a time of completion as well (`contract.md` §4), but was not done. */
const isSkipped: SpecialEvent['when'] = ({ skipped }) => skipped?.[1] === 1

export const taskEvents: readonly SpecialEvent[] = [
  { ...done, when: (changed) => done.when(changed) && !isSkipped(changed) },
  { action: 'skipped', description: 'It was skipped.', when: isSkipped },
  onClearing('completed_at', 'reopened', 'It was done or skipped, and is open again.'),
  reassigned,
]
