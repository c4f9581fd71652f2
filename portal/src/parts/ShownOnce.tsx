import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconEye } from '@tabler/icons-react'

type Props = {
  readonly title: string
  readonly secret: string
  readonly about: string
  readonly done: () => void
}

/** A secret that exists on this screen only, now: it is copied or lost. */
export function ShownOnce({ title, secret, about, done }: Props) {
  return (
    <Alert color="rope" variant="light" icon={<IconEye size={18} />} title={title} data-testid="shown-once">
      <Stack gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {about}
        </Text>
        <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {secret}
        </Code>
        <Group gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                onClick={copy}
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              >
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <Button size="xs" variant="default" onClick={done}>
            I have kept it
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
