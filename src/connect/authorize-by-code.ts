import { type DeviceConsent, finishDevice, startDevice } from '../credentials/device.ts'
import { Fault, isFault } from '../lib/fault.ts'
import { readConnection } from '../store/postgres/connection-rows.ts'
import { activate, failed, type Step } from './activate.ts'
import { auditConnection, type ConnectPorts, found, type Who } from './ports.ts'
import { openStored, readStored } from './stored.ts'

/** What to show a person who consents on another device. */
export type CodeShown = Pick<
  DeviceConsent,
  'userCode' | 'verificationUri' | 'verificationUriComplete' | 'expiresAt'
> & {
  /** What came of it, once the person has decided, the code ran out or `signal` ended the waiting. */
  readonly finished: Promise<Step>
}

/**
 * Begins a consent by a code typed on another device. This process asks the app until the person has decided; when it ends before, the
 * person begins again.
 *
 * @throws {Fault} `SETTING_INVALID` when the connection's method is not device_code; as `startDevice`.
 */
export async function authorizeByCode(
  ports: ConnectPorts,
  who: Who,
  { id, signal }: { readonly id: string; readonly signal?: AbortSignal },
): Promise<CodeShown> {
  const row = found(await ports.control.within(who.organisationId, (tx) => readConnection(tx, id)))
  const stored = await readStored(ports, row)
  const connection = openStored(ports, stored, { by: 'person' })
  const finish = async (device: DeviceConsent): Promise<Step> => {
    try {
      await finishDevice(connection.credentials, device, signal)
      return await activate(ports, who, { stored, action: 'connect' })
    } catch (error) {
      const fault = signal?.aborted === true ? new Fault('CONSENT_EXPIRED', 'nobody waits any more') : error
      if (!isFault(fault)) throw error
      return await failed(ports, who, { row, action: 'consent_refuse', fault })
    } finally {
      await connection.close()
    }
  }
  try {
    const device = await startDevice(connection.credentials)
    await ports.control.within(who.organisationId, (tx) =>
      auditConnection(ports, tx, { who, row, action: 'consent_start' }),
    )
    const { userCode, verificationUri, verificationUriComplete, expiresAt } = device
    return { userCode, verificationUri, verificationUriComplete, expiresAt, finished: finish(device) }
  } catch (error) {
    await connection.close()
    throw error
  }
}
