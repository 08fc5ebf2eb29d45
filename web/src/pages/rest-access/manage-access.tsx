import { useState } from 'react'
import type { ManagedRestAccess } from '../../api/rest-access.ts'
import { AccessOff } from './access-off.tsx'
import { EmulationBanner, EmulationCard } from './emulation-card.tsx'
import { ExposedKeysCard } from './exposed-keys-card.tsx'
import { KeyCard } from './key-card.tsx'
import { KeysCard } from './keys-card.tsx'
import { LimitsCard } from './limits-card.tsx'
import { TryIt } from './try-it.tsx'
import { TurnOff } from './turn-off.tsx'

/** What an account admin sees. The whole key lives in this state alone, and only once somebody asked for it. */
export function ManageAccess({ access }: { access: ManagedRestAccess }) {
  const [secret, setSecret] = useState<string | null>(null)
  const [justSwitched, setJustSwitched] = useState(false)
  const off = (
    <AccessOff
      hasNamedKeys={access.keys.length > 0}
      focusOnMount={justSwitched}
      onEnabled={(newSecret) => {
        setSecret(newSecret)
        setJustSwitched(true)
      }}
    />
  )
  if (!access.enabled) return off
  // Somebody else may have rotated meanwhile: an outdated key is not shown on.
  const current = access.key && secret?.endsWith(access.key.last_four) ? secret : null
  return (
    <>
      {access.settings.strict_emulation && <EmulationBanner />}
      {access.key ? (
        <KeyCard
          restKey={access.key}
          choices={access}
          secret={current}
          onSecret={setSecret}
          focusField={justSwitched}
        />
      ) : (
        off
      )}
      <KeysCard access={access} />
      <TryIt baseUrl={access.base_url} />
      <LimitsCard settings={access.settings} />
      <ExposedKeysCard isRevoking={access.settings.revoke_exposed_keys} />
      <EmulationCard isOn={access.settings.strict_emulation} />
      {access.key && (
        <TurnOff
          others={access.keys.length}
          onTurnedOff={() => {
            setSecret(null)
            setJustSwitched(true)
          }}
        />
      )}
    </>
  )
}
