import { Badge, type BadgeProps } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconPlayerPause,
  IconRefresh,
  IconVolumeOff,
  IconX,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'

export type HealthWord = 'good' | 'syncing' | 'attention' | 'failing' | 'silent' | 'off'

const HEALTH: Readonly<Record<HealthWord, { label: string; color: string; icon: ReactNode }>> = {
  good: { label: 'Healthy', color: 'teal', icon: <IconCheck size={12} /> },
  syncing: { label: 'First sync', color: 'water', icon: <IconRefresh size={12} /> },
  attention: { label: 'Needs attention', color: 'rope', icon: <IconAlertTriangle size={12} /> },
  failing: { label: 'Failing', color: 'red', icon: <IconX size={12} /> },
  silent: { label: 'Silent', color: 'rope', icon: <IconVolumeOff size={12} /> },
  off: { label: 'Off', color: 'gray', icon: <IconPlayerPause size={12} /> },
}

/** How something is, by colour, sign and word: never by colour alone. */
export function Health({ health, ...badge }: { readonly health: HealthWord } & BadgeProps) {
  const { label, color, icon } = HEALTH[health]
  return (
    <Badge color={color} leftSection={icon} {...badge}>
      {label}
    </Badge>
  )
}
