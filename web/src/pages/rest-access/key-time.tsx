import { formatDateTime } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'

interface KeyTimeProps {
  at: string
  show: (at: string, zone: string) => string
}

/** A time in few words, with the exact one for whoever asks. */
export function KeyTime({ at, show }: KeyTimeProps) {
  const zone = useSignedIn().account.time_zone
  return (
    <time dateTime={at} title={`${formatDateTime(at, zone)} (${zone})`}>
      {show(at, zone)}
    </time>
  )
}
