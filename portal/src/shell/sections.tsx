import {
  IconActivity,
  IconApps,
  IconBuildingStore,
  IconHistory,
  IconKey,
  IconMail,
  IconPlugConnected,
  IconSettings,
  IconUserCircle,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'

export type Section = {
  readonly label: string
  readonly to: string
  readonly icon: ReactNode
  /** Shown to those who may. */
  readonly permission: string
  /** Only where the organisation is one. */
  readonly kind?: 'operator' | 'vendor' | 'customer'
}
export type SectionGroup = { readonly label: string; readonly sections: readonly Section[] }

const size = { size: 18, stroke: 1.7 } as const

/** Where one can go, in the order in which people work. */
export const SECTIONS: readonly SectionGroup[] = [
  {
    label: 'Connect',
    sections: [
      {
        label: 'Catalog',
        to: '/catalog',
        icon: <IconBuildingStore {...size} />,
        permission: 'connection.read',
      },
      { label: 'Apps', to: '/apps', icon: <IconPlugConnected {...size} />, permission: 'connection.read' },
    ],
  },
  {
    label: 'Investigate',
    sections: [
      { label: 'Activity', to: '/activity', icon: <IconActivity {...size} />, permission: 'activity.read' },
      { label: 'Accounts', to: '/accounts', icon: <IconUserCircle {...size} />, permission: 'account.read' },
      {
        label: 'Inventory',
        to: '/inventory',
        icon: <IconApps {...size} />,
        permission: 'account.read',
      },
    ],
  },
  {
    label: 'Organisation',
    sections: [
      { label: 'Members', to: '/members', icon: <IconUsers {...size} />, permission: 'member.read' },
      { label: 'API keys', to: '/api-keys', icon: <IconKey {...size} />, permission: 'key.manage' },
      { label: 'Webhooks', to: '/webhooks', icon: <IconWebhook {...size} />, permission: 'webhook.manage' },
      { label: 'Audit trail', to: '/audit', icon: <IconHistory {...size} />, permission: 'audit.read' },
      {
        label: 'Outbox',
        to: '/outbox',
        icon: <IconMail {...size} />,
        permission: 'outbox.read',
        kind: 'operator',
      },
      { label: 'Settings', to: '/settings', icon: <IconSettings {...size} />, permission: 'setting.change' },
    ],
  },
]
