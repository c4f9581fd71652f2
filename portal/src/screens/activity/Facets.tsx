import { Paper, Stack, Text, UnstyledButton } from '@mantine/core'
import type { AnswerOf } from '../../api/client.generated.ts'
import { formatCount } from '../../parts/time.ts'
import classes from './activity.module.css'
import { FIELDS, type Field, type Filter, readCondition } from './filter.ts'

type Props = {
  readonly facets: AnswerOf<'getFacets'>['facets']
  readonly filter: Filter
  readonly pick: (field: Field, value: string, operator: 'is' | 'not') => void
}

/** The most frequent values of each field, drawn to scale. A press filters by one; with Alt it leaves it out. */
export function Facets({ facets, filter, pick }: Props) {
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
                  title={`${value}: press to show only these, Alt and press to leave them out`}
                >
                  <span className={classes['facetBar']} style={{ width: `${(count / most) * 100}%` }} />
                  <Text
                    size="xs"
                    className={`${classes['facetText'] ?? ''} clip`}
                    fw={chosen.has(`${field}:${value}`) ? 700 : 400}
                  >
                    {value === '' ? '(none)' : value}
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
