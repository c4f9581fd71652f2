import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Deep water: the one colour of things that can be pressed. */
const water: MantineColorsTuple = [
  '#eaf6f9',
  '#d3e8ee',
  '#a5d1dd',
  '#74b9cc',
  '#4ea5bd',
  '#3798b4',
  '#2790ae',
  '#177c98',
  '#066e88',
  '#005f78',
]

/** Rope: the one accent, for what should be seen first. */
const rope: MantineColorsTuple = [
  '#fff3e4',
  '#fde5cd',
  '#f8c99c',
  '#f4ac67',
  '#f0933b',
  '#ee831e',
  '#ed7b0f',
  '#d36903',
  '#bc5d00',
  '#a34f00',
]

/** Dark grounds and lines with a little of the water in them. */
const dark: MantineColorsTuple = [
  '#d5dee2',
  '#b9c5ca',
  '#9fabb1',
  '#76848b',
  '#38464d',
  '#28343a',
  '#19242a',
  '#111a1f',
  '#0d1518',
  '#090f12',
]

export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: { light: 8, dark: 7 },
  colors: { water, rope, dark },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Table: { defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } },
    Paper: { defaultProps: { withBorder: true, radius: 'md', p: 'md' } },
    Avatar: {
      defaultProps: { allowedInitialsColors: ['indigo', 'violet', 'grape', 'water', 'rope', 'teal'] },
    },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    Modal: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontWeight: 650 } },
    },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        openDelay: 300,
        multiline: true,
        maw: 340,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Badge: {
      defaultProps: { variant: 'light', radius: 'sm' },
      styles: { root: { minWidth: 'max-content' }, label: { textTransform: 'none', fontWeight: 600 } },
    },
  },
})
