import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireVersion } from './migrate.ts'

for (const version of ['26.2.1.1', '26.10.3.4', '27.1.2.3', '26.2'])
  test(`ClickHouse ${version} is new enough`, () => requireVersion(version))

for (const version of ['26.1.9.9', '25.12.1.1', '18.16.1', '9.9', '', 'unknown'])
  test(`ClickHouse "${version}" is refused before anything is made in it`, () => {
    assert.throws(() => requireVersion(version), { code: 'STORE_UNSAFE', message: /26\.2 or newer/ })
  })
