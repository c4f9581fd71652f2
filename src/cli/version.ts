/** The version of this package. */
export async function version(): Promise<string> {
  const { default: facts } = await import('../../package.json', { with: { type: 'json' } })
  return facts.version
}
