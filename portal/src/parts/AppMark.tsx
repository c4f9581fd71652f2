import { Avatar } from '@mantine/core'

/** An app's sign. Vendors' own pictures are not loaded: they would tell the vendor who looks. */
export function AppMark({ name, size = 40 }: { readonly name: string; readonly size?: number }) {
  return <Avatar name={name} size={size} radius="md" color="initials" aria-hidden />
}
