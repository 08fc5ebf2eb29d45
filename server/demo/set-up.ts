import type { Resource } from '../resource-layer/resource.ts'
import { remove } from '../resource-layer/write.ts'
import { customFields } from '../resources/custom-fields/custom-fields.schema.ts'
import { pipelines } from '../resources/pipelines/pipelines.schema.ts'
import { processStages } from '../resources/process-stages/process-stages.schema.ts'
import { processTypes } from '../resources/process-types/process-types.schema.ts'
import { assigneeRoles, contactRoles } from '../resources/roles/roles.schema.ts'
import { sources } from '../resources/sources/sources.schema.ts'
import { stages } from '../resources/stages/stages.schema.ts'
import { steps } from '../resources/steps/steps.schema.ts'
import { type AccountWriter, accountWriter } from '../storage/account-store.ts'
import type { FieldPlan } from './custom-fields.ts'
import { seededIds } from './ids.ts'
import { type PipelineName, pipelinePlans, type StageName } from './pipelines.ts'
import { type ProcessName, type ProcessPlan, processNames, processPlans } from './process-plans.ts'
import { type Target, writeEntry } from './write-entries.ts'

/** What the admin set up on the first day, by the ids that the records refer to. */
export interface SetUp {
  pipeline(name: PipelineName): string
  stage<P extends PipelineName>(pipeline: P, stage: StageName<P>): string
  processType(name: ProcessName): string
  /** Stages and steps by their place in the plan. */
  processStage(name: ProcessName, stage: number): string
  processStep(name: ProcessName, stage: number, step: number): string
}

/** Makes the pipelines with their stages and sources, and the custom fields, in one transaction. */
export async function setUpCompany(
  target: Target,
  adminId: string,
  start: number,
  fields: readonly FieldPlan[],
): Promise<SetUp> {
  const ids = await target.engine.transaction(async (tx) => {
    const newId = seededIds(target.seed, 'set-up')
    const actor = { kind: 'user', id: adminId } as const
    let at = start
    const write: Write = async (kind, resource, id, values) => {
      // A minute for each, as people work: lists that are ordered by time keep the order.
      at += 60_000
      const writer = accountWriter(tx, target.accountId, {
        at,
        actor,
        requestId: null,
        newId: () => newId(at),
        isHistory: true,
      })
      const row = await writeEntry(
        writer,
        { kind, resource, id, by: adminId, fields: values },
        target.timeZone,
      )
      return { writer, id: String(row.id) }
    }
    const known = new Map<string, string>()
    for (const name of Object.keys(pipelinePlans) as PipelineName[]) await makePipeline(write, name, known)
    for (const { label, data_type, category, options } of fields) {
      await write('create', customFields, '', { label, data_type, category, options: options ?? [] })
    }
    for (const name of processNames) await makeProcessType(write, name, known)
    return known
  })
  return {
    pipeline: (name) => known(ids, name),
    stage: (pipeline, stage) => known(ids, `${pipeline} ${String(stage)}`),
    processType: (name) => known(ids, `process ${name}`),
    processStage: (name, stage) => known(ids, `process ${name} ${stage}`),
    processStep: (name, stage, step) => known(ids, `process ${name} ${stage} ${step}`),
  }
}

type Write = (
  kind: 'create' | 'update',
  resource: Resource,
  id: string,
  fields: Record<string, unknown>,
) => Promise<{ writer: AccountWriter; id: string }>

/** A new pipeline comes with stages; they are renamed where they fit and the others go, as an admin would. */
async function makePipeline(write: Write, name: PipelineName, known: Map<string, string>): Promise<void> {
  const plan = pipelinePlans[name]
  const { writer, id } = await write('create', pipelines, '', { name: plan.name })
  known.set(name, id)
  const given = await writer
    .from('stages')
    .selectAll()
    .where('pipeline_id', '=', id)
    .orderBy('position')
    .execute()
  for (const [position, [stage, [label, status]]] of Object.entries(plan.stages).entries()) {
    const at = given.findIndex((row) => row.status === status)
    const [first] = at === -1 ? [] : given.splice(at, 1)
    const fields = { name: label, status, position }
    const made = first
      ? await write('update', stages, String(first.id), fields)
      : await write('create', stages, '', { ...fields, pipeline_id: id })
    known.set(`${name} ${stage}`, made.id)
  }
  for (const row of given) await remove(writer, stages, row)
  for (const source of plan.sources) await write('create', sources, '', { name: source, pipeline_id: id })
}

/** A new process type comes with stages as well; they take the names of the plan. */
async function makeProcessType(write: Write, name: ProcessName, known: Map<string, string>): Promise<void> {
  const plan: ProcessPlan = processPlans[name]
  const own = `process ${name}`
  const fields = { name: plan.name, naming_template: plan.template }
  const { writer, id } = await write('create', processTypes, '', fields)
  known.set(own, id)
  const given = await writer
    .from('process_stages')
    .select(['id', 'status'])
    .where('process_type_id', '=', id)
    .execute()
  for (const [position, stage] of plan.stages.entries()) {
    const at = given.findIndex(({ status }) => status === stage.status)
    const [first] = at === -1 ? [] : given.splice(at, 1)
    const values = { name: stage.name, status: stage.status, position }
    const made = first
      ? await write('update', processStages, String(first.id), values)
      : await write('create', processStages, '', { ...values, process_type_id: id })
    known.set(`${own} ${position}`, made.id)
    for (const [place, [kind, step, hours]] of stage.steps.entries()) {
      const body = { kind, name: step, description: `${step}.`, delay_minutes: hours * 60, stage_id: made.id }
      known.set(`${own} ${position} ${place}`, (await write('create', steps, '', body)).id)
    }
  }
  for (const role of plan.contactRoles)
    await write('create', contactRoles, '', { name: role, process_type_id: id })
  for (const role of plan.assigneeRoles)
    await write('create', assigneeRoles, '', { name: role, process_type_id: id })
  for (const field of plan.fields) {
    await write('create', customFields, '', { ...field, category: 'process', process_type_id: id })
  }
}

function known(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`The demo's set-up has no ${name}`)
  return id
}
