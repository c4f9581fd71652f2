import { Box, Button, Code, CopyButton, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { auth } from '../../api/session.ts'
import { notifyDone } from '../../parts/notify.ts'
import { SixDigits } from '../../parts/SixDigits.tsx'
import { ErrorState } from '../../parts/States.tsx'
import { QrCode } from './QrCode.tsx'

export type Offer = { readonly totpURI: string; readonly backupCodes: readonly string[] }

/** Shows the secret to an authenticator and asks for a code of it: only then the second factor is on. */
export function Enrolment({ offer: { totpURI, backupCodes } }: { readonly offer: Offer }) {
  const queries = useQueryClient()
  const [failures, setFailures] = useState(0)
  const verify = useMutation({
    mutationFn: (code: string) => auth('two-factor/verify-totp', { code }),
    onError: () => setFailures(failures + 1),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['sign-in'] })
      notifyDone('The second factor is on. Keep the backup codes.')
    },
  })
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  return (
    <Stack gap="sm">
      <Text size="sm">1. Point your authenticator at this, or type the secret.</Text>
      <Box>
        <QrCode text={totpURI} label="Secret for an authenticator" />
      </Box>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret.replaceAll(/(.{4})/g, '$1 ').trim()}
      </Code>
      <Text size="sm">
        2. Keep these backup codes where your authenticator is not. Each opens once, and they are shown now
        only.
      </Text>
      <Code block>
        <SimpleGrid cols={2} spacing={4} verticalSpacing={2}>
          {backupCodes.map((code) => (
            <span key={code}>{code}</span>
          ))}
        </SimpleGrid>
      </Code>
      <Group>
        <CopyButton value={backupCodes.join('\n')}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy the codes'}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Text size="sm">3. The six digits it shows now:</Text>
      {verify.isError && <ErrorState error={verify.error} />}
      <SixDigits submit={verify.mutate} failures={failures} isPending={verify.isPending} />
    </Stack>
  )
}
