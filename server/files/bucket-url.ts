/** A bucket of an S3-compatible storage, addressed by path, which all of them understand. */
export interface Bucket {
  /** `https://s3.eu-central-1.amazonaws.com/bucket/prefix`, without a slash at the end. */
  url: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** What a `FILES_URL` looks like. */
export const bucketUrlExample =
  's3://KEY:SECRET@s3.eu-central-1.amazonaws.com/bucket/prefix?region=eu-central-1'

const defaultRegion = 'us-east-1'

/**
 * Reads `s3://KEY:SECRET@host/bucket/prefix?region=…`. Characters with a meaning in addresses are percent-encoded
 * in the key and the secret. `insecure=true` is for a storage on the same machine or network: http, not https.
 * @returns null for anything else.
 */
export function parseBucketUrl(text: string): Bucket | null {
  const given = URL.canParse(text) ? new URL(text) : null
  if (given?.protocol !== 's3:' || !given.hostname || !given.username || !given.password) return null
  const path = given.pathname.replace(/\/+$/, '')
  if (!/^(\/[\w.~-]+)+$/.test(path) || given.hash) return null
  const { region = defaultRegion, insecure = 'false', ...others } = Object.fromEntries(given.searchParams)
  if (Object.keys(others).length > 0 || !/^[\w-]+$/.test(region) || !/^(true|false)$/.test(insecure))
    return null
  try {
    return {
      url: `${insecure === 'true' ? 'http' : 'https'}://${given.host}${path}`,
      region,
      accessKeyId: decodeURIComponent(given.username),
      secretAccessKey: decodeURIComponent(given.password),
    }
  } catch {
    return null
  }
}
