import { type ComboboxItem, MultiSelect, SimpleGrid, Skeleton, TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Places, placesQuery } from '../../api/choices.ts'
import { Loaded } from '../../shell/loaded.tsx'
import type { WebhookFormState } from './webhook-values.ts'

/** Narrows the events of a webhook to places and tags. */
export function FiltersFields({ form }: { form: WebhookFormState }) {
  const places = useQuery(placesQuery)
  return (
    <Loaded query={places} skeleton={<Skeleton h={140} />}>
      {(known) => <Fields form={form} places={known} />}
    </Loaded>
  )
}

function Fields({ form, places }: { form: WebhookFormState; places: Places }) {
  const { pipelines, stages, processTypes, processStages, tags } = places
  const { pipeline_ids, stage_ids, process_type_ids } = form.values
  const stageItems = [
    ...stages.map(({ id, name, pipeline }) => ({ value: id, label: `${pipeline.name}: ${name}` })),
    ...processStages.map(({ id, name, process_type }) => ({
      value: id,
      label: `${process_type.name}: ${name}`,
    })),
  ]
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <MultiSelect
        label="Pipelines"
        data={withGone(itemsOf(pipelines), pipeline_ids)}
        {...whichever('No pipeline has this name')}
        {...form.getInputProps('pipeline_ids')}
      />
      <MultiSelect
        label="Stages"
        data={withGone(stageItems, stage_ids)}
        {...whichever('No stage has this name')}
        {...form.getInputProps('stage_ids')}
      />
      <MultiSelect
        label="Process types"
        data={withGone(itemsOf(processTypes), process_type_ids)}
        {...whichever('No process type has this name')}
        {...form.getInputProps('process_type_ids')}
      />
      <TagsInput
        label="Tags"
        data={tags.map(({ name }) => name)}
        placeholder={form.values.tags.length === 0 ? 'Any' : ''}
        clearButtonProps={{ 'aria-label': 'Clear' }}
        {...form.getInputProps('tags')}
      />
    </SimpleGrid>
  )
}

function whichever(nothingFoundMessage: string) {
  return { searchable: true, hidePickedOptions: true, placeholder: 'Any', nothingFoundMessage } as const
}

function itemsOf(named: readonly { id: string; name: string }[]): ComboboxItem[] {
  return named.map(({ id, name }) => ({ value: id, label: name }))
}

/** What was chosen and is not there any more keeps its place until somebody takes it out. */
function withGone(items: ComboboxItem[], chosen: readonly string[]): ComboboxItem[] {
  const gone = chosen.filter((id) => !items.some(({ value }) => value === id))
  return [...items, ...gone.map((id) => ({ value: id, label: 'Deleted' }))]
}
