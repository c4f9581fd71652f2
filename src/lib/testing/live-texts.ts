/** Names that do something where they are taken for more than text. Abuse test 11. */
export const LIVE_TEXTS: Readonly<Record<string, string>> = {
  template: `{{7*7}} ${'$'}{7*7} #{7*7} <%= 7*7 %>`,
  script: '<script>globalThis.ran = true</script>',
  image: `<img src="none:" onerror="globalThis.ran = true">`,
  attribute: `" autofocus onfocus="globalThis.ran = true" x="`,
  address: 'javascript:globalThis.ran=true',
  formula: '=HYPERLINK("https://evil.example","Ada")',
  mention: '<!channel> @everyone',
  terminal: '\u001b[2J\u001b]0;owned\u0007\u009b31mAda',
  lines: 'Ada\r\nBcc: victim@m.example\n\n2026-11-28 granted',
  separators: 'Ada\u2028granted\u2029granted',
  direction: 'Ada \u202egnp.exe \u2067x\u061c',
}
