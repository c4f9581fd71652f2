import { Box, Button, Collapse, Paper, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { AnswerOf } from '../../api/client.generated.ts'
import { formatCount } from '../../parts/time.ts'
import classes from './activity.module.css'
import { FIELDS, type Field, type Filter, readCondition } from './filter.ts'
import { useValueName } from './useValueName.ts'

type Props = {
  readonly facets: AnswerOf<'getFacets'>['facets']
  readonly filter: Filter
  readonly pick: (field: Field, value: string, operator: 'is' | 'not') => void
}

/** The most frequent values of each field: beside the events, on a phone above them and folded. */
export function Facets(props: Props) {
  const [isOpen, { toggle }] = useDisclosure(false)
  return (
    <>
      <Box visibleFrom="md">
        <Values {...props} />
      </Box>
      <Box hiddenFrom="md">
        <Button
          variant="default"
          fullWidth
          onClick={toggle}
          aria-expanded={isOpen}
          rightSection={isOpen ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
        >
          Most frequent values
        </Button>
        <Collapse expanded={isOpen} pt="sm">
          {isOpen && <Values {...props} />}
        </Collapse>
      </Box>
    </>
  )
}

/** Drawn to scale. A press filters by one; with Alt it leaves it out. */
function Values({ facets, filter, pick }: Props) {
  const nameOf = useValueName()
  const chosen = new Set(
    filter.where
      .flatMap((text) => readCondition(text) ?? [])
      .filter(({ operator }) => operator === 'is')
      .flatMap(({ field, values }) => values.map((value) => `${field}:${value}`)),
  )
  return (
    <Stack gap="sm">
      {facets
        .filter(({ values }) => values.length > 0)
        .map(({ field, values }) => {
          const most = Math.max(...values.map(({ count }) => count))
          return (
            <Paper key={field} p="xs">
              <Text size="xs" fw={600} c="dimmed" px={6} pb={4}>
                {FIELDS[field]}
              </Text>
              {values.map(({ value, count }) => (
                <UnstyledButton
                  key={value}
                  className={classes['facetValue'] ?? ''}
                  onClick={(event) => pick(field, value, event.altKey ? 'not' : 'is')}
                  aria-pressed={chosen.has(`${field}:${value}`)}
                  title={`${nameOf(field, value)}: press to show only these, Alt and press to leave them out`}
                >
                  <span className={classes['facetBar']} style={{ width: `${(count / most) * 100}%` }} />
                  <Text
                    size="xs"
                    className={`${classes['facetText'] ?? ''} clip`}
                    fw={chosen.has(`${field}:${value}`) ? 700 : 400}
                  >
                    {nameOf(field, value)}
                  </Text>
                  <Text size="xs" c="dimmed" className="numbers" style={{ zIndex: 1 }}>
                    {formatCount(count)}
                  </Text>
                </UnstyledButton>
              ))}
            </Paper>
          )
        })}
    </Stack>
  )
}
