import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Page } from '../parts/Page.tsx'
import { EmptyState } from '../parts/States.tsx'

/** An address that no screen has. */
export function NotFound() {
  return (
    <Page title="No such page">
      <EmptyState
        icon={<IconMapOff size={40} stroke={1.2} />}
        title="Nothing is at this address"
        action={
          <Button component={Link} to="/apps">
            Open apps
          </Button>
        }
      >
        The link may be old, or a part of it is missing.
      </EmptyState>
    </Page>
  )
}
