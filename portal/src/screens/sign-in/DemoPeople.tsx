import { Avatar, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/client.generated.ts'
import { call } from '../../api/session.ts'
import { ErrorState } from '../../parts/States.tsx'
import classes from './sign-in.module.css'

type Person = AnswerOf<'getMeta'>['demoPeople'][number]

/** The demo's people: one press, and you are one of them. */
export function DemoPeople({
  people,
  enter,
}: {
  readonly people: readonly Person[]
  readonly enter: () => void
}) {
  const queries = useQueryClient()
  const become = useMutation({
    mutationFn: (person: string) => call('signInDemo', { body: { person } }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ['me'] })
      enter()
    },
  })
  return (
    <Stack gap="xs">
      <Title order={2}>Who do you want to be?</Title>
      <Text size="sm" c="dimmed">
        This is the demo: nobody needs a password.
      </Text>
      {become.isError && <ErrorState error={become.error} />}
      <Stack gap={4}>
        {people.map(({ id, name, organisation, about }) => (
          <UnstyledButton
            key={id}
            className={classes['person'] ?? ''}
            disabled={become.isPending}
            onClick={() => become.mutate(id)}
            data-testid={`person-${id}`}
          >
            <Group wrap="nowrap" gap="sm">
              <Avatar name={name} color="initials" radius="xl" />
              <div style={{ flex: 1, minWidth: 0 }}>
                <Text size="sm" fw={600}>
                  {name}{' '}
                  <Text span c="dimmed" size="sm" fw={400}>
                    {organisation}
                  </Text>
                </Text>
                <Text size="xs" c="dimmed">
                  {about}
                </Text>
              </div>
              <IconChevronRight size={16} aria-hidden />
            </Group>
          </UnstyledButton>
        ))}
      </Stack>
    </Stack>
  )
}
