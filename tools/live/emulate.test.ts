import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createEmulator, type Emulator } from 'emulate'
import type { Connector } from '../../src/model/connector.ts'
