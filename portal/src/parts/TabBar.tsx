import { Tabs } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'

type Tab = { readonly value: string; readonly label: string; readonly mark?: ReactNode }

/** One line of tabs; where they do not fit it scrolls, and the one that is open is in sight. */
export function TabBar({ tabs, value }: { readonly tabs: readonly Tab[]; readonly value: string }) {
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const open = bar.current?.querySelector(`[data-tab="${value}"]`)
    open?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [value])
  return (
    <Tabs.List ref={bar} className="one-line">
      {tabs.map((tab) => (
        <Tabs.Tab key={tab.value} value={tab.value} data-tab={tab.value} rightSection={tab.mark}>
          {tab.label}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  )
}
