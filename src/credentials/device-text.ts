import { Secret } from '../lib/secret.ts'
import type { DeviceConsent } from './device.ts'

/** What a consent by code keeps until the person has decided. */
export type KeptDevice = Omit<DeviceConsent, 'expiresAt' | 'intervalMs'> & {
  /** Of the connector that began it. */
  readonly digest: string
}

type Written = Omit<KeptDevice, 'deviceCode'> & { readonly deviceCode: string }

/** As one text, to be sealed. */
export function writeDeviceText({ deviceCode, ...rest }: KeptDevice): Secret {
  const written: Written = { ...rest, deviceCode: deviceCode.reveal() }
  return new Secret(JSON.stringify(written))
}

export function readDeviceText(text: Secret): KeptDevice {
  const { userCode, verificationUri, verificationUriComplete, deviceCode, digest } = JSON.parse(
    text.reveal(),
  ) as Written
  return {
    ...{ userCode, verificationUri, verificationUriComplete, digest },
    deviceCode: new Secret(deviceCode),
  }
}
