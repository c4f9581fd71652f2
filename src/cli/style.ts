/** Terminal colours, or plain text where they are not wanted. */
export type Style = Readonly<
  Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan', (text: string) => string>
>

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const

export function openStyle(hasColor: boolean): Style {
  const paint = (code: number) => (text: string) => (hasColor ? `\u001b[${code}m${text}\u001b[0m` : text)
  return Object.fromEntries(Object.entries(CODES).map(([name, code]) => [name, paint(code)])) as Style
}

/** What an app sent, made harmless for a terminal: control and direction characters are shown, not obeyed. */
export function inert(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The same for a text of ours with others' words in it: our line breaks stay. */
export function inertLines(text: string): string {
  return text.split('\n').map(inert).join('\n')
}

/** The same for a log: one line each, so that no message looks like the next. */
export function logLine(who: string, message: string): string {
  return inert(`${who}: ${message.trim().replaceAll(/\s*\n\s*/g, ' | ')}`)
}

/** Left-aligned columns; numbers are aligned to the right. */
export function renderTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          typeof cell === 'number'
            ? String(cell).padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
