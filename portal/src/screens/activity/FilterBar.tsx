import {
  ActionIcon,
  Button,
  CloseButton,
  Group,
  Pill,
  Popover,
  Select,
  Stack,
  TagsInput,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilterPlus, IconRefresh, IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { formatTime } from '../../parts/time.ts'
import classes from './activity.module.css'
import {
  type Condition,
  DEFAULT_LAST,
  FIELDS,
  type Field,
  type Filter,
  isBare,
  OPERATORS,
  type Operator,
  readCondition,
  writeCondition,
} from './filter.ts'
import { useValueName } from './useValueName.ts'

type Props = {
  readonly filter: Filter
  readonly change: (filter: Filter) => void
  readonly refresh: () => void
}

const SPANS = [
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
  ['180d', 'Last 180 days'],
] as const

/** Time, words and conditions. All conditions hold together. */
export function FilterBar({ filter, change, refresh }: Props) {
  const [words, setWords] = useState(filter.text ?? '')
  useEffect(() => setWords(filter.text ?? ''), [filter.text])
  const search = useDebouncedCallback((text: string) => {
    const { text: _, ...rest } = filter
    change(text === '' ? rest : { ...rest, text })
  }, 350)
  const nameOf = useValueName()
  const isRange = filter.last === undefined && filter.from !== undefined
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <Select
          aria-label="Time"
          className={classes['span'] ?? ''}
          allowDeselect={false}
          data={[
            ...SPANS.map(([value, label]) => ({ value, label })),
            ...(isRange ? [{ value: 'range', label: 'Between two times' }] : []),
            ...(isRange ? [] : [{ value: 'choose', label: 'Between two times …' }]),
          ]}
          value={isRange ? 'range' : (filter.last ?? DEFAULT_LAST)}
          onChange={(value) => {
            const { from, to, last, ...rest } = filter
            if (value === 'choose') change({ ...rest, ...dayBefore() })
            else if (value !== null && value !== 'range') change({ ...rest, last: value })
          }}
        />
        <TextInput
          aria-label="Words"
          placeholder="Words that all occur: an address, a name, an id"
          leftSection={<IconSearch size={16} />}
          className={classes['words'] ?? ''}
          value={words}
          rightSection={
            words === '' ? null : <CloseButton size="sm" aria-label="Clear" onClick={() => search('')} />
          }
          onChange={(event) => {
            setWords(event.currentTarget.value)
            search(event.currentTarget.value)
          }}
          data-testid="words"
        />
        <AddCondition
          add={(condition) => change({ ...filter, where: [...filter.where, writeCondition(condition)] })}
        />
        <Tooltip label="Look again">
          <ActionIcon variant="default" size={36} aria-label="Look again" onClick={refresh}>
            <IconRefresh size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {isRange && <Range filter={filter} change={change} />}
      {filter.where.length > 0 && (
        <Pill.Group>
          {filter.where.map((text, index) => (
            <Pill
              key={text}
              withRemoveButton
              removeButtonProps={{ 'aria-label': `Clear ${sentence(text, nameOf)}` }}
              onRemove={() =>
                change({ ...filter, where: filter.where.filter((_, other) => other !== index) })
              }
            >
              {sentence(text, nameOf)}
            </Pill>
          ))}
        </Pill.Group>
      )}
    </Stack>
  )
}

function sentence(text: string, nameOf: ReturnType<typeof useValueName>): string {
  const condition = readCondition(text)
  if (condition === undefined) return text
  const { field, operator, values } = condition
  return `${FIELDS[field]} ${OPERATORS[operator]} ${values.map((value) => nameOf(field, value)).join(' or ')}`.trim()
}

function dayBefore(): { from: string; to: string } {
  const now = Date.now()
  return { from: new Date(now - 86_400_000).toISOString(), to: new Date(now).toISOString() }
}

function Range({ filter, change }: Omit<Props, 'refresh'>) {
  const pick = (name: 'from' | 'to') => (value: string | null) => {
    if (value !== null) change({ ...filter, [name]: new Date(value).toISOString() })
  }
  return (
    <Group gap="xs">
      <DateTimePicker
        aria-label={`From ${formatTime(filter.from ?? 0)}`}
        withSeconds
        value={filter.from === undefined ? null : new Date(filter.from)}
        onChange={pick('from')}
        w={210}
      />
      <DateTimePicker
        aria-label={`To ${formatTime(filter.to ?? 0)}`}
        withSeconds
        value={filter.to === undefined ? new Date() : new Date(filter.to)}
        onChange={pick('to')}
        w={210}
      />
    </Group>
  )
}

function AddCondition({ add }: { readonly add: (condition: Condition) => void }) {
  const [isOpen, setOpen] = useState(false)
  const [field, setField] = useState<Field>('actor')
  const [operator, setOperator] = useState<Operator>('is')
  const [values, setValues] = useState<string[]>([])
  const isReady = isBare(operator) || values.length > 0
  const submit = () => {
    add({ field, operator, values })
    setValues([])
    setOpen(false)
  }
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      withArrow
      trapFocus
      shadow="md"
      width={320}
    >
      <Popover.Target>
        <Button variant="default" leftSection={<IconFilterPlus size={16} />} onClick={() => setOpen(!isOpen)}>
          Condition
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Select
            label="Field"
            searchable
            openOnFocus={false}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            data={Object.entries(FIELDS).map(([value, label]) => ({ value, label }))}
            value={field}
            onChange={(value) => value !== null && setField(value as Field)}
          />
          <Select
            label="Comparison"
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            data={Object.entries(OPERATORS).map(([value, label]) => ({ value, label }))}
            value={operator}
            onChange={(value) => value !== null && setOperator(value as Operator)}
          />
          {!isBare(operator) && (
            <TagsInput
              label="Values"
              description="Any of them; Enter after each."
              value={values}
              onChange={setValues}
              acceptValueOnBlur
              splitChars={[]}
              comboboxProps={{ withinPortal: false }}
            />
          )}
          <Button disabled={!isReady} onClick={submit}>
            Add
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
