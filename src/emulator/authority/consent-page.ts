import { digestOf } from '../random.ts'
import { formOf, type Incoming, type Outgoing } from '../wire.ts'
import type { Server } from './server.ts'

const CODE_LIFETIME_MS = 60_000

/** The page on which a person consents, and what happens when the form is sent. @see RFC 6749 section 4.1.1 */
export function answerConsent(server: Server, request: Incoming, nowMs: number): Outgoing {
  const asked = request.url.searchParams
  const problem = problemOf(server, asked)
  if (problem !== undefined) return page(server.appName, `<p class="bad">${escapeHtml(problem)}</p>`, 400)
  if (request.method === 'GET') return page(server.appName, form(server, asked))
  return request.method === 'POST'
    ? decided(server, request, nowMs)
    : page(server.appName, '<p>Use GET or POST.</p>', 405)
}

/** What is wrong with the request itself; such errors are never sent to the redirect address. */
function problemOf({ plan, accept }: Server, asked: URLSearchParams): string | undefined {
  const redirect = URL.parse(asked.get('redirect_uri') ?? '')
  if (!accept('client_id', asked.get('client_id') ?? '')) return 'This client is not known.'
  if (redirect === null || !/^https?:$/.test(redirect.protocol) || redirect.hash !== '')
    return 'redirect_uri must be an absolute http(s) address.'
  if (asked.get('response_type') !== 'code') return 'response_type must be code.'
  const isProved =
    asked.get('code_challenge_method') === 'S256' && /^[\w-]{43}$/.test(asked.get('code_challenge') ?? '')
  return plan.pkce === 'S256' && !isProved ? 'code_challenge with method S256 is required.' : undefined
}

function scopesAsked({ plan, scopes }: Server, asked: URLSearchParams): readonly string[] {
  const text = asked.get('scope') ?? ''
  return text === '' ? scopes : text.split(plan.scopeSeparator).filter((scope) => scope !== '')
}

function decided(server: Server, request: Incoming, nowMs: number): Outgoing {
  const asked = request.url.searchParams
  const fields = formOf(request) ?? new URLSearchParams()
  const back = new URL(asked.get('redirect_uri') ?? '')
  if (asked.has('state')) back.searchParams.set('state', asked.get('state') ?? '')
  if (fields.get('decision') !== 'allow') back.searchParams.set('error', 'access_denied')
  else back.searchParams.set('code', newCode(server, asked, { fields, nowMs }))
  return { status: 302, headers: { location: back.href, 'cache-control': 'no-store' }, body: '' }
}

function newCode(
  server: Server,
  asked: URLSearchParams,
  { fields, nowMs }: { fields: URLSearchParams; nowMs: number },
): string {
  const code = server.issued.mint('code')
  const ticked = fields.has('scope') ? fields.getAll('scope') : scopesAsked(server, asked)
  const challenge = asked.get('code_challenge')
  server.codes.set(code, {
    clientId: asked.get('client_id') ?? '',
    redirectUri: asked.get('redirect_uri') ?? '',
    scopes: scopesAsked(server, asked).filter((scope) => ticked.includes(scope)),
    ...(challenge !== null && { challenge }),
    expiresAt: nowMs + CODE_LIFETIME_MS,
  })
  return code
}

function form(server: Server, asked: URLSearchParams): string {
  const scopes = scopesAsked(server, asked).map(
    (scope) =>
      `<li><label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> <code>${escapeHtml(scope)}</code></label></li>`,
  )
  const list =
    scopes.length === 0 ? '<p>It asks for nothing in particular.</p>' : `<ul>${scopes.join('')}</ul>`
  return `<p><strong>${escapeHtml(asked.get('client_id') ?? '')}</strong> wants to use ${escapeHtml(server.appName)} in your name:</p>
<form method="post">${list}
<p class="buttons"><button name="decision" value="allow">Allow</button> <button name="decision" value="deny" class="quiet">Deny</button></p></form>`
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:26rem;padding:0 1.25rem}
main{border:1px solid #8884;border-radius:12px;padding:1.5rem 1.75rem}h1{font-size:1.15rem;margin:0 0 .75rem}ul{list-style:none;padding:0}
button{font:inherit;padding:.5rem 1.25rem;border-radius:8px;border:1px solid #2457c5;background:#2457c5;color:#fff;cursor:pointer}
button:focus-visible,input:focus-visible{outline:3px solid #f5a623;outline-offset:2px}
.quiet{background:none;color:inherit;border-color:#8888}.bad{color:#c0392b}footer{opacity:.7;font-size:.85rem;margin-top:1rem}`

/** A page that needs nothing from anywhere. */
export function page(title: string, content: string, status = 200): Outgoing {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style>
<main><h1>${escapeHtml(title)}</h1>${content}<footer>An emulator: nobody real is behind this page.</footer></main></html>`
  const styleHash = Buffer.from(digestOf(STYLE), 'hex').toString('base64')
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
    },
    body,
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
