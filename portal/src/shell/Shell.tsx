import {
  ActionIcon,
  AppShell,
  Avatar,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck, IconChevronDown, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { type Me, useMe, useSignOut, useSwitchOrganisation } from '../api/session.ts'
import { ROLES } from '../screens/organisation/roles.ts'
import { Mark } from './Mark.tsx'
import { NoOrganisation } from './NoOrganisation.tsx'
import { SECTIONS } from './sections.tsx'

/** The frame around every screen of somebody who is signed in. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false)
  const { pathname } = useLocation()
  const me = useMe()
  if (me.data === undefined) return null
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', md: 'lg' }}
    >
      <Button className="skip" component="a" href="#content" size="compact-sm">
        Skip to the content
      </Button>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <UnstyledButton component={Link} to="/" aria-label="Fairlead, home">
              <Group gap={8} wrap="nowrap">
                <Mark size={28} />
                <Text fw={700} visibleFrom="xs">
                  Fairlead
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <OrganisationMenu me={me.data} />
            <SchemeToggle />
            <PersonMenu me={me.data} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <AppShell.Section grow component={ScrollArea}>
          <Sections me={me.data} pathname={pathname} leave={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {me.data.organisation === undefined && pathname !== '/profile' ? (
          <NoOrganisation me={me.data} />
        ) : (
          <Outlet />
        )}
      </AppShell.Main>
    </AppShell>
  )
}

type SectionsProps = { readonly me: Me; readonly pathname: string; readonly leave: () => void }

function Sections({ me, pathname, leave }: SectionsProps) {
  return SECTIONS.map(({ label, sections }) => {
    const own = sections.filter(
      ({ permission, kind }) =>
        me.permissions.includes(permission) &&
        (kind === undefined || me.organisation?.kinds.includes(kind) === true),
    )
    if (own.length === 0) return null
    return (
      <nav key={label} aria-label={label}>
        <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
          {label}
        </Text>
        {own.map((section) => (
          <NavLink
            key={section.to}
            component={Link}
            to={section.to}
            label={section.label}
            leftSection={section.icon}
            active={pathname.startsWith(section.to)}
            onClick={leave}
            style={{ borderRadius: 'var(--mantine-radius-md)' }}
          />
        ))}
      </nav>
    )
  })
}

function OrganisationMenu({ me }: { readonly me: Me }) {
  const switchTo = useSwitchOrganisation()
  if (me.organisation === undefined) return null
  if (me.organisations.length < 2)
    return (
      <Text size="sm" fw={600} className="clip" maw={{ base: 120, sm: 240 }}>
        {me.organisation.name}
      </Text>
    )
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`Organisation: ${me.organisation.name}. Switch`}>
          <Group gap={4} wrap="nowrap">
            <Text size="sm" fw={600} className="clip" maw={{ base: 100, sm: 240 }}>
              {me.organisation.name}
            </Text>
            <IconChevronDown size={14} />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Organisations</Menu.Label>
        {me.organisations.map(({ id, name }) => (
          <Menu.Item
            key={id}
            onClick={() => switchTo.mutate(id)}
            rightSection={id === me.organisation?.id ? <IconCheck size={14} /> : null}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={isDark ? 'Use the light scheme' : 'Use the dark scheme'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  )
}

function PersonMenu({ me }: { readonly me: Me }) {
  const signOut = useSignOut()
  const name = me.user?.name ?? ''
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`Signed in as ${name}`}>
          <Avatar size={32} radius="xl" color="initials" name={name} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {name}
          </Text>
          <Text size="xs">
            {[me.user?.email, me.role && ROLES[me.role].label].filter(Boolean).join(' · ')}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={16} />}>
          Your sign-in
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
