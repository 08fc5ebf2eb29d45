import { MultiSelect, SimpleGrid, TagsInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { Named, SetUp, StageGroup } from '../../api/set-up.ts'
import type { WebhookValues } from './webhook-values.ts'

/** Narrows a webhook to records of some pipelines, stages, process types or tags. */
export function FilterFields({ setUp, form }: { setUp: SetUp; form: UseFormReturnType<WebhookValues> }) {
  const { pipelines, processTypes, tags } = setUp
  const { values } = form
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <MultiSelect
        label="Pipelines"
        data={withGone(pipelines.map(choiceOf), values.pipeline_ids)}
        {...select}
        {...form.getInputProps('pipeline_ids')}
      />
      <MultiSelect
        label="Process types"
        data={withGone(processTypes.map(choiceOf), values.process_type_ids)}
        {...select}
        {...form.getInputProps('process_type_ids')}
      />
      <MultiSelect
        label="Stages"
        data={stageChoices([...pipelines, ...processTypes], values.stage_ids)}
        {...select}
        {...form.getInputProps('stage_ids')}
      />
      <TagsInput label="Tags" data={tags} clearable {...form.getInputProps('tags')} />
    </SimpleGrid>
  )
}

const select = { searchable: true, clearable: true, hidePickedOptions: true, maxDropdownHeight: 320 } as const

interface Choice {
  value: string
  label: string
}

function choiceOf({ id, name }: Named): Choice {
  return { value: id, label: name }
}

function stageChoices(owners: readonly StageGroup[], chosen: readonly string[]) {
  const groups = owners
    .filter(({ stages }) => stages.length > 0)
    .map(({ name, stages }) => ({ group: name, items: stages.map(choiceOf) }))
  const known = groups.flatMap(({ items }) => items)
  const gone = withGone(known, chosen).slice(known.length)
  return gone.length === 0 ? merged(groups) : [...merged(groups), { group: 'Deleted', items: gone }]
}

/** A pipeline and a process type may have the same name; a name stands over one group alone. */
function merged(groups: { group: string; items: Choice[] }[]) {
  return [...Map.groupBy(groups, ({ group }) => group)].map(([group, same]) => ({
    group,
    items: same.flatMap(({ items }) => items),
  }))
}

/** What was chosen and deleted since can still be seen and taken away. */
function withGone(choices: Choice[], chosen: readonly string[]): Choice[] {
  const known = new Set(choices.map(({ value }) => value))
  return [
    ...choices,
    ...chosen.filter((id) => !known.has(id)).map((id) => ({ value: id, label: 'Deleted one' })),
  ]
}
