import type { ApiDocument } from './document.ts'

export const renderReference = (document: ApiDocument): string => document.info.title
