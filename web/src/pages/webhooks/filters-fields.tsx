import { SimpleGrid, Skeleton, TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Places, placesQuery } from '../../api/choices.ts'
import { Loaded } from '../../shell/loaded.tsx'
import { PlacesSelect } from '../../shell/places-select.tsx'
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
  const everyStage = [
    ...stages.map(({ id, name, pipeline }) => ({ id, name: `${pipeline.name}: ${name}` })),
    ...processStages.map(({ id, name, process_type }) => ({ id, name: `${process_type.name}: ${name}` })),
  ]
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <PlacesSelect
        label="Pipelines"
        places={pipelines}
        {...whichever('No pipeline has this name')}
        {...form.getInputProps('pipeline_ids')}
      />
      <PlacesSelect
        label="Stages"
        places={everyStage}
        {...whichever('No stage has this name')}
        {...form.getInputProps('stage_ids')}
      />
      <PlacesSelect
        label="Process types"
        places={processTypes}
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
  return { placeholder: 'Any', nothingFoundMessage } as const
}
