/** The mark: a line, guided. */
export function Mark({ size }: { readonly size: number }) {
  return <img src="/mark.svg" width={size} height={size} alt="" style={{ display: 'block' }} />
}
