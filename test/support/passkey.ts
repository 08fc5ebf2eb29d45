import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A passkey whose device is this program: what a browser would send of it, and what a server keeps. */
export interface Passkey {
  id: string
  /** As COSE, base64url. */
  publicKey: string
  /** What `navigator.credentials.get` resolves with, for a challenge as the server sent it. */
  responseTo(challenge: string): object
}

export function makePasskey(origin: string): Passkey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16).toString('base64url')
  return {
    id,
    publicKey: coseKey(Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')).toString('base64url'),
    responseTo(challenge) {
      const client = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin }))
      const device = Buffer.concat([sha256(new URL(origin).hostname), presentAndVerified, Buffer.alloc(4)])
      const signature = sign('sha256', Buffer.concat([device, sha256(client)]), privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: device.toString('base64url'),
          signature: signature.toString('base64url'),
        },
      }
    },
  }
}

const presentAndVerified = Buffer.from([0b101])

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** A map in CBOR: an elliptic key, for ES256, on P-256, with its two coordinates (RFC 9053 §7.1.1). */
function coseKey(x: Buffer, y: Buffer): Buffer {
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01])
  return Buffer.concat([head, Buffer.from([0x21, 0x58, 0x20]), x, Buffer.from([0x22, 0x58, 0x20]), y])
}
