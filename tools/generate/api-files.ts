import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderApiClient } from './api-client.ts'
import { describedApi } from './api-document.ts'
import { renderApiPage } from './api-page.ts'

/** What is made from the API's shapes, by path. */
export async function apiFiles(root: string): Promise<Readonly<Record<string, string>>> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const document = await describedApi(version)
  return {
    'docs/api.md': renderApiPage(document),
    'portal/src/api/client.generated.ts': renderApiClient(document),
  }
}
