import { ApiError } from '../../errors/api-error.ts'
import { asciiLower, lower } from '../../resource-layer/letter-case.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'
import { requireLivePipeline } from '../stages/stages.rules.ts'

/** Two sources of a pipeline with one name could not be told apart. */
export async function refuseSameName(draft: Draft): Promise<void> {
  const same = await sourceNamed(draft.writer, String(draft.row.pipeline_id), String(draft.row.name))
  if (!same || same.id === draft.row.id) return
  const param = draft.supplied.get('name') ?? null
  draft.problem('already_exists', param, `name is taken: this pipeline already has a source "${same.name}"`)
}

/** A source comes back into a pipeline that is there and has no other of its name by now. */
export async function refuseTakenSource(writer: AccountWriter, row: Row): Promise<void> {
  await requireLivePipeline(writer, row)
  const same = await sourceNamed(writer, String(row.pipeline_id), String(row.name))
  if (same)
    throw new ApiError(
      'already_exists',
      `There is another source "${same.name}" by now; rename that one first`,
    )
}

/** The source of a pipeline with that name, whatever the case of its letters. */
export async function sourceNamed(
  store: AccountStore,
  pipelineId: string,
  name: string,
): Promise<Row | null> {
  const row = await store
    .from('sources')
    .select(['id', 'name'])
    .where('pipeline_id', '=', pipelineId)
    .where('deleted_at', 'is', null)
    .where(lower('name'), '=', asciiLower(name))
    .executeTakeFirst()
  return row ?? null
}
