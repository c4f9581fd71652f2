import type { ApiDocument } from '../../src/api/document.ts'
import { GENERATED } from './markdown.ts'

/** docs/api.md: every operation on one line. Shapes are on the platform's own page, /docs. */
export function renderApiPage({ info, tags, paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = tags.map(({ name, description }) => {
    const rows = operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(
        ({ path, method, operation }) =>
          `| \`${operation.operationId}\` | \`${method.toUpperCase()} ${path}\` | ${operation.summary} | ${permissionOf(operation)} |`,
      )
    return `## ${name}\n\n${description}\n\n| operation | request | does | needs |\n|---|---|---|---|\n${rows.join('\n')}`
  })
  return `${GENERATED}\n\n# ${info.title}\n\n${info.description}\n\n${AROUND}\n\n${sections.join('\n\n')}\n`
}

const permissionOf = (operation: { readonly 'x-permission'?: string }) => {
  const permission = operation['x-permission']
  return permission === undefined
    ? 'nothing'
    : permission === 'signed-in'
      ? 'a session or key'
      : `\`${permission}\``
}

const AROUND = `A running platform serves the OpenAPI document at \`/api/v1/openapi.json\` and a reference with all shapes at \`/docs\`. The TypeScript client in
\`portal/src/api/client.generated.ts\` is made from the same document. Error codes are in [errors.md](errors.md).`
