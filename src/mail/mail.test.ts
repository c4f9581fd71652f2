import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import { LIVE_TEXTS } from '../lib/testing/live-texts.ts'
import { withEngines } from '../store/engines/testing.ts'
import { openControlStore } from '../store/postgres/control-store.ts'
import { invitationLetter, resetPasswordLetter } from './letters.ts'
import { listOutbox, outboxMailer } from './outbox.ts'
import { smtpMailer } from './smtp.ts'

/** As much of a mail server as one letter takes. @see RFC 5321 */
function mailServer(received: string[]) {
  return createServer((socket: Socket) => {
    let isData = false
    let text = ''
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end)
        text = text.slice(end + 2)
        received.push(line)
        if (isData && line !== '.') continue
        isData = line === 'DATA'
        socket.write(isData ? '354 go\r\n' : '250 ok\r\n')
      }
    })
    socket.on('error', () => undefined)
  })
}

const NASTY = 'Evil\r\nBcc: victim@m.example\r\n\r\n<script>\u2028x'

test('a letter goes out as plain text, to one address, and no name adds a header', async (t) => {
  const received: string[] = []
  const server = mailServer(received)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const mailer = smtpMailer(new Secret(`smtp://127.0.0.1:${port}`), 'Fairlead <from@m.example>')
  t.after(mailer.close)
  await mailer.send(
    invitationLetter({
      to: 'to@m.example',
      organisation: NASTY,
      inviter: NASTY,
      role: 'viewer',
      url: 'https://x.example/i',
    }),
  )
  assert.deepEqual(
    received.filter((line) => line.startsWith('RCPT')),
    ['RCPT TO:<to@m.example>'],
  )
  const headers = received.slice(received.indexOf('DATA') + 1, received.indexOf('', received.indexOf('DATA')))
  assert.deepEqual(
    headers.filter((line) => /^bcc/i.test(line)),
    [],
  )
  assert.ok(headers.some((line) => /^content-type: text\/plain/i.test(line)))
  assert.ok(headers.includes('To: to@m.example'))
})

for (const [what, name] of Object.entries(LIVE_TEXTS))
  test(`an inviter whose name is a ${what}: shown as text, in the one part and the lines of ours`, async (t) => {
    const received: string[] = []
    const server = mailServer(received)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    const mailer = smtpMailer(new Secret(`smtp://127.0.0.1:${port}`), 'from@m.example')
    t.after(mailer.close)
    const letter = { to: 'to@m.example', organisation: 'Acme', role: 'viewer', url: 'https://x.example/i' }
    const mail = invitationLetter({ ...letter, inviter: name })
    await mailer.send(mail)
    assert.equal(
      mail.text.split('\n').length,
      invitationLetter({ ...letter, inviter: 'Ada' }).text.split('\n').length,
    )
    assert.doesNotMatch(mail.text.replaceAll('\n', ''), /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
    const isInert = !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name)
    if (isInert) assert.ok(mail.text.startsWith(`${name} invites you`), 'byte for byte')
    assert.equal(received.filter((line) => /^content-type:/i.test(line)).length, 1)
    assert.ok(received.some((line) => /^content-type: text\/plain/i.test(line)))
    assert.ok(!received.some((line) => /^bcc/i.test(line)))
  })

test('a list of addresses is not an address', async (t) => {
  const received: string[] = []
  const server = mailServer(received)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const mailer = smtpMailer(new Secret(`smtp://127.0.0.1:${port}`), 'from@m.example')
  t.after(mailer.close)
  await mailer
    .send(resetPasswordLetter('a@m.example, victim@m.example', 'https://x.example'))
    .catch(() => undefined)
  assert.equal(
    received.some((line) => line === 'RCPT TO:<victim@m.example>'),
    false,
  )
})

const { databaseUrl } = await withEngines({ after }, { only: 'postgres' })
const control = openControlStore({ url: databaseUrl, migrations: 'sql' })
after(control.close)

test('without a mail server letters wait in the outbox, newest first', async () => {
  await control.migrate()
  const clock = fakeClock(1_800_000_000_000)
  const mailer = outboxMailer(control, clock)
  for (const name of ['one', 'two']) {
    await mailer.send({ to: `${name}@m.example`, subject: name, text: 'body\n' })
    await clock.sleep(1)
  }
  const [newest, older] = await listOutbox(control)
  assert.deepEqual([newest?.to, older?.to], ['two@m.example', 'one@m.example'])
  assert.equal(newest?.at.getTime(), 1_800_000_000_001)
})
