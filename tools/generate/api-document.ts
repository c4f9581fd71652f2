import { openApi } from '../../src/api/app.ts'
import { type ApiDocument, apiDocument } from '../../src/api/document.ts'
import type { Services } from '../../src/api/services.ts'

/** The OpenAPI document as a platform of this version serves it. No service is called to describe one. */
export async function describedApi(version: string): Promise<ApiDocument> {
  const services = new Proxy({} as Services, { get: () => ({}) })
  const app = await openApi(services, {
    version,
    origins: ['http://127.0.0.1'],
    perMinute: 600,
    trustedProxies: [],
    log: () => undefined,
  })
  try {
    await app.ready()
    return apiDocument(app)
  } finally {
    await app.close()
  }
}
