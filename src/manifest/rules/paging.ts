import { entriesOf, type StreamDraft } from '../draft.ts'
import { formatPath, type Path } from '../path.ts'
import { methodOf } from '../requests.ts'
import { complain, complainKey, isWritten, type Study } from '../study.ts'
import { refusedHeader } from './headers.ts'

/** The next page can be asked for, and the list ends. */
export function paging(study: Study): void {
  for (const [name, stream] of entriesOf(study.draft.streams)) {
    const path = ['streams', name, 'page']
    const { page } = stream
    if (page === undefined) continue
    if ('to' in page && page.to !== undefined) target(study, [...path, 'to'], { to: page.to, stream })
    if (page.next === 'repeat') repetition(study, path)
  }
}

type Target = { readonly to: string; readonly stream: StreamDraft }

function target(study: Study, path: Path, { to, stream }: Target): void {
  const [kind = '', ...rest] = to.split('.')
  const { request } = stream
  const method = request && methodOf(request)
  if (kind === 'header') {
    const refused = refusedHeader(rest.join('.'))
    if (refused !== undefined) complain(study, path, { code: 'HEADER_REFUSED', message: refused })
  }
  if (kind === 'body' && method === 'get')
    complain(study, path, {
      code: 'FIELD_CONFLICT',
      message: 'a GET request has no body',
      hint: `query.${rest.join('.')}`,
    })
  if (kind === 'body' && request?.text !== undefined)
    complain(study, path, {
      code: 'FIELD_CONFLICT',
      message: 'the body is a text: only json and form have places in them',
    })
}

/** The same request again and again moves on by the cursor, or is told when to stop. */
function repetition(study: Study, path: Path): void {
  const stream = path.slice(0, 2)
  if (isWritten(study, [...path, 'stop']) || isWritten(study, [...stream, 'cursor'])) return
  complainKey(study, path, {
    code: 'PAGE_ENDLESS',
    message: 'the same request is sent for ever',
    hint: `declare ${formatPath([...stream, 'cursor'])}, or stop`,
  })
}
