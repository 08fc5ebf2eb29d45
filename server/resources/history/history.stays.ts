import Type from 'typebox'
import { nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import { presentTime } from '../../resource-layer/values.ts'
import type { AccountStore, Row, Value } from '../../storage/account-store.ts'
import type { StayOwner } from '../stage-stays/stage-stays.keeping.ts'
import { shownStage, stagesOf } from '../stage-stays/stage-stays.stage.ts'

/** What an entry of the history tells of the stay in a stage that it began. */
export const stayFields = {
  stage: nullableIf(true, shownStage),
  entered_at: nullableIf(true, timeSchema),
  left_at: nullableIf(true, timeSchema),
  seconds: nullableIf(
    true,
    Type.Integer({ description: 'How long it stood there, until now while it does.' }),
  ),
}

type Changed = Readonly<Record<string, readonly [Value, Value]>>

/** For each entry of one record the stay that it began, or nulls. Stages have their names of today. */
export async function entryStays(
  entries: readonly Row[],
  changes: readonly Changed[],
  owner: StayOwner,
  store: AccountStore,
): Promise<Record<string, unknown>[]> {
  const [first] = entries
  if (!first) return []
  const stays = await store
    .from('stage_stays')
    .select(['stage_id', 'entered_at', 'left_at'])
    .where(owner, '=', String(first.record_id))
    .execute()
  const stages = await stagesOf(store, stays)
  const byKey = new Map(stays.map((stay) => [keyOf(stay.stage_id, stay.entered_at), stay]))
  const now = Date.now()
  return entries.map((entry, at) => {
    const stage = changes[at]?.stage_id?.[1]
    const stay = byKey.get(keyOf(stage, entry.occurred_at))
    if (!stay) return { stage: null, entered_at: null, left_at: null, seconds: null }
    const { entered_at: entered, left_at: left } = stay
    return {
      stage: stages.get(stay.stage_id ?? null),
      entered_at: presentTime(Number(entered)),
      left_at: left === null ? null : presentTime(Number(left)),
      seconds: Math.max(0, Math.floor((Number(left ?? now) - Number(entered)) / 1000)),
    }
  })
}

function keyOf(stage: Value | undefined, at: Value | undefined): string {
  return `${stage} ${at}`
}
