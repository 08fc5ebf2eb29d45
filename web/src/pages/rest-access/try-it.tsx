import { Button, Tabs, Text } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { Card } from '../../shell/card.tsx'
import { copyText } from '../../shell/copy-text.ts'
import { tell } from '../../shell/toasts.ts'
import { type Sample, samplesFor } from './samples.ts'
import classes from './try-it.module.css'

export function TryIt({ baseUrl }: { baseUrl: string }) {
  const samples = samplesFor(baseUrl)
  return (
    <Card
      title="Try it"
      explanation="A small program that lists your first three contacts. It reads the key from the environment variable LATCHKEY_API_KEY, so that the key never stands in the code."
    >
      <Tabs defaultValue="curl">
        <Tabs.List mb="sm" className={classes.tabs}>
          {samples.map(({ language }) => (
            <Tabs.Tab key={language} value={language} className={classes.tab}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {samples.map((sample) => (
          <Tabs.Panel key={sample.language} value={sample.language}>
            <Program sample={sample} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Card>
  )
}

function Program({ sample }: { sample: Sample }) {
  const code = useRef<HTMLPreElement>(null)
  const copying = useMutation({
    mutationFn: () => copyText(Promise.resolve(sample.code)),
    onSuccess({ copied }) {
      if (copied) return tell('Sample copied')
      if (code.current) window.getSelection()?.selectAllChildren(code.current)
      tell('The sample is selected: copy it with the keyboard.')
    },
  })
  return (
    <>
      <div className={classes.head}>
        <Text size="sm" c="dimmed">
          {sample.howToRun}
        </Text>
        <Button
          variant="default"
          size="xs"
          onClick={() => copying.mutate()}
          leftSection={<IconCopy size={14} aria-hidden />}
        >
          Copy {sample.language} sample
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre ref={code} className={classes.code} tabIndex={0}>
        {sample.code}
      </pre>
    </>
  )
}
