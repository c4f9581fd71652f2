import { Button, Code, CopyButton, Group, Paper, Title } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** A document to read and to take along. */
export function Json({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{title}</Title>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              size="compact-xs"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code
        block
        mah={560}
        style={{ overflow: 'auto' }}
        tabIndex={0}
        role="region"
        aria-label={title}
        data-testid={`json-${title}`}
      >
        {text}
      </Code>
    </Paper>
  )
}
