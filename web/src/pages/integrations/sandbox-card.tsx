import { Badge } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { sandboxQuery } from '../../api/sandbox.ts'
import { IntegrationCard } from './integration-card.tsx'

const states = {
  ready: ['Ready', 'green'],
  filling: ['Being filled', 'gray'],
  unfinished: ['Unfinished', 'red'],
} as const

export function SandboxCard() {
  const access = useQuery(sandboxQuery).data
  const [words, color] = access?.sandbox ? states[access.sandbox.state] : ['None', 'gray']
  return (
    <IntegrationCard
      to="/settings/integrations/sandbox"
      title="Sandbox"
      icon={IconFlask}
      badge={
        access && (
          <Badge variant="dot" color={color} tt="none">
            {words}
          </Badge>
        )
      }
    >
      Try integrations on an account of its own, where no data is real and nothing is sent.
    </IntegrationCard>
  )
}
