import { Button, Stack } from '@mantine/core'
import { IconBuilding } from '@tabler/icons-react'
import { type Me, useSwitchOrganisation } from '../api/session.ts'
import { EmptyState } from '../parts/States.tsx'

/** For somebody who acts for no organisation: theirs was deleted, they left it, or nobody has invited them yet. */
export function NoOrganisation({ me }: { readonly me: Me }) {
  const switchTo = useSwitchOrganisation()
  const isAny = me.organisations.length > 0
  return (
    <EmptyState
      icon={<IconBuilding size={40} />}
      title={isAny ? 'Choose an organisation' : 'You belong to no organisation'}
      action={
        <Stack gap="xs">
          {me.organisations.map(({ id, name }) => (
            <Button key={id} variant="default" onClick={() => switchTo.mutate(id)}>
              {name}
            </Button>
          ))}
        </Stack>
      }
    >
      {isAny
        ? 'The one you looked at was deleted, or you belong to it no longer.'
        : 'It was deleted, you left it, or nobody has invited you yet. Ask an administrator for an invitation.'}
    </EmptyState>
  )
}
