import { Anchor, Box, Group, Stack, Text, Title } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { ErrorState, LoadingState } from './States.tsx'

/** Where a screen belongs: the list it was opened from. */
export type Back = { readonly label: string; readonly to: string; readonly search?: object }

type PageProps = {
  readonly title: string
  readonly back?: Back
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Fairlead`
  }, [title])
}

/** One screen: where it belongs, its title, what it is for, what can be done, and the rest. */
export function Page({ title, back, about, actions, children }: PageProps) {
  useTitle(title)
  return (
    <Stack gap="lg" maw={1440} mx="auto" w="100%">
      <Group justify="space-between" align={back === undefined ? 'flex-start' : 'flex-end'} gap="sm">
        <Box maw={760} miw={0}>
          {back !== undefined && <BackLink back={back} />}
          <Title order={1} style={{ overflowWrap: 'anywhere' }} dir="auto">
            {title}
          </Title>
          {about !== undefined && (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {about}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}

function BackLink({ back: { label, to, search = {} } }: { readonly back: Back }) {
  return (
    <Anchor component={Link} to={to} search={search as never} size="sm" display="inline-block" mb={2}>
      <Group gap={2} component="span" wrap="nowrap">
        <IconChevronLeft size={14} aria-hidden />
        {label}
      </Group>
    </Anchor>
  )
}

type LoadedProps<T> = {
  readonly query: UseQueryResult<T>
  /** What is asked for, as a title while there is none of its own. */
  readonly what: string
  readonly back: Back
  readonly children: (data: T) => ReactNode
}

/** A screen about one thing: on its way, not there, or shown. */
export function Loaded<T>({ query, what, back, children }: LoadedProps<T>) {
  if (query.isPending) return <LoadingState />
  if (query.data !== undefined) return children(query.data)
  return (
    <Page title={what} back={back}>
      <ErrorState error={query.error} retry={() => query.refetch()} />
    </Page>
  )
}
