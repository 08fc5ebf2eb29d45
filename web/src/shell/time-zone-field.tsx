import { Select, type SelectProps } from '@mantine/core'
import { useMemo } from 'react'
import { timeZones } from '../format/time-zones.ts'

export function TimeZoneField({ current, ...props }: SelectProps & { current: string }) {
  const zones = useMemo(() => timeZones(current), [current])
  return (
    <Select
      label="Time zone"
      data={zones}
      searchable
      allowDeselect={false}
      nothingFoundMessage="No time zone has this name"
      maxDropdownHeight={280}
      {...props}
    />
  )
}
