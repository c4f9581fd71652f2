import { Tabs } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'

type Tab = { readonly value: string; readonly label: string; readonly mark?: ReactNode }

const EDGE_PX = 24

/** One line of tabs; where they do not fit it scrolls, and the one that is open is in sight. */
export function TabBar({ tabs, value }: { readonly tabs: readonly Tab[]; readonly value: string }) {
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const open = bar.current?.querySelector<HTMLElement>(`[data-tab="${value}"]`)
    if (open) bar.current?.scrollTo({ left: open.offsetLeft - EDGE_PX })
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
