import { Button, Group, NumberInput, Radio, SimpleGrid, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { type RestSettings, updateRestSettings } from '../../api/rest-access.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'
import {
  originsProblem,
  recordsProblem,
  requestsProblem,
  settingsFrom,
  testingLimits,
  valuesFrom,
} from './limits.ts'
import classes from './limits-card.module.css'

export function LimitsCard({ settings }: { settings: RestSettings }) {
  const form = useForm({
    mode: 'controlled',
    initialValues: valuesFrom(settings),
    validate: {
      requests_per_minute: requestsProblem,
      records_per_minute: recordsProblem,
      cors_origins: (text, { browsers }) => (browsers === 'these' ? originsProblem(text) : null),
    },
  })
  const [presetTaken, setPresetTaken] = useState(false)
  const { submit, pending, failure } = useSubmit({
    form,
    send: (values) => updateRestSettings(settingsFrom(values)),
    onDone() {
      setPresetTaken(false)
      tell('Limits and browser access saved')
    },
  })

  function takePreset() {
    form.setFieldValue('requests_per_minute', testingLimits.requests_per_minute)
    form.setFieldValue('records_per_minute', testingLimits.records_per_minute)
    setPresetTaken(true)
  }

  return (
    <Card
      title="Limits and browser access"
      explanation={
        settings.strict_emulation
          ? 'While strict emulation is on, keys have its limits and no browser access. These are kept for when it is off.'
          : undefined
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <SimpleGrid cols={{ base: 1, xs: 2 }} maw={560}>
              <NumberInput
                label="Requests per minute"
                description="All programs together."
                {...wholeNumber}
                {...form.getInputProps('requests_per_minute')}
              />
              <NumberInput
                label="Records per minute"
                description="Records returned. Empty means no limit."
                {...wholeNumber}
                {...form.getInputProps('records_per_minute')}
              />
            </SimpleGrid>
            <Button variant="default" size="xs" mt="sm" className={classes.preset} onClick={takePreset}>
              Use 100 requests and 1,000 records a minute
            </Button>
            <Text role="status" size="sm" c="dimmed" mt={presetTaken ? 6 : 0}>
              {presetTaken &&
                'Filled in to test how an integration behaves under tight limits. Save to apply.'}
            </Text>
          </div>
          <Radio.Group
            label="Browser access (CORS)"
            description="Which web pages may call the API from a visitor's browser. Programs on servers are not affected."
            {...form.getInputProps('browsers')}
          >
            <Stack gap="xs" mt="sm">
              <Radio value="any" label="Any site" />
              <Radio value="none" label="No site" />
              <Radio value="these" label="These sites" />
            </Stack>
          </Radio.Group>
          {form.values.browsers === 'these' && (
            <Textarea
              label="Sites"
              description="One a line, with https:// and without a path, like https://app.example.com"
              autosize
              minRows={2}
              maxRows={8}
              maw={560}
              spellCheck={false}
              {...form.getInputProps('cors_origins')}
            />
          )}
          <Failure message={failure} />
          <Group>
            <ActButton type="submit" loading={pending}>
              Save
            </ActButton>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

const wholeNumber = {
  min: 1,
  allowDecimal: false,
  allowNegative: false,
  hideControls: true,
  thousandSeparator: ',',
  clampBehavior: 'none',
} as const
