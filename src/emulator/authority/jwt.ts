import { createPublicKey } from 'node:crypto'
import { decodeJwt, jwtVerify } from 'jose'

export type JwtCheck = {
  readonly nowMs: number
  /** The key it must be signed with, where the emulator was told: a shared secret, or the private key of the pair. */
  readonly key?: string
  readonly audiences?: readonly string[]
}

/** Whether a text is a JWT that is valid now, for this audience, and signed with the key as far as that is known. */
export async function isGoodJwt(token: string, { nowMs, key, audiences }: JwtCheck): Promise<boolean> {
  try {
    const { exp, aud } = decodeJwt(token)
    const isCurrent = exp !== undefined && exp * 1000 > nowMs
    const named = aud === undefined ? [] : [aud].flat()
    const isForUs = audiences === undefined || named.some((audience) => audiences.includes(audience))
    if (!isCurrent || !isForUs) return false
    if (key !== undefined) await jwtVerify(token, verifierOf(key), { currentDate: new Date(nowMs) })
    return true
  } catch {
    return false
  }
}

const verifierOf = (key: string) => (key.includes('PRIVATE KEY') ? createPublicKey(key) : Buffer.from(key))
