import { Table, Text, Tooltip } from '@mantine/core'
import { type CSSProperties, Fragment, type MouseEvent, type ReactNode } from 'react'
import classes from './DataTable.module.css'

export type Column<T> = {
  readonly title: string
  /** Nothing where a row has nothing to say: a column in which no row says anything is left out. */
  readonly cell: (row: T) => ReactNode
  readonly isNumber?: boolean
  /** What the title means. */
  readonly about?: string
  /** Without columns: above the other cells, beside what is above, or over the whole width. The first column leads where none is named. */
  readonly place?: 'lead' | 'tools' | 'wide'
}

type Props<T> = {
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string | number
  /** Width below which the columns scroll, in pixels. */
  readonly minWidth: number
  readonly testId?: string
  readonly isDim?: (row: T) => boolean
  /** Opens a row that is pressed beside its links and buttons. */
  readonly open?: (row: T) => void
  /** What stands under a row, over its whole width. */
  readonly below?: (row: T) => ReactNode
}

const isNothing = (content: ReactNode): boolean =>
  content === undefined || content === null || content === false || content === ''

/** Rows that people compare: columns where there is room for them, elsewhere one block a row with each value under its title. */
export function DataTable<T>({ columns, rows, keyOf, minWidth, testId, isDim, open, below }: Props<T>) {
  const lead = columns.find(({ place }) => place === 'lead') ?? columns[0]
  const cells = rows.map((row) => new Map(columns.map((column) => [column, column.cell(row)])))
  const shown = columns.filter(
    (column) => column === lead || cells.some((content) => !isNothing(content.get(column))),
  )
  return (
    <div className={classes['box'] ?? ''}>
      <Table
        role="table"
        className={classes['table'] ?? ''}
        style={{ '--wide': `${minWidth}px` } as CSSProperties}
        data-testid={testId}
      >
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {shown.map((column) => (
              <Heading key={column.title} column={column} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row, index) => {
            const under = below?.(row)
            return (
              <Fragment key={keyOf(row)}>
                <Table.Tr
                  role="row"
                  opacity={isDim?.(row) === true ? 0.7 : 1}
                  data-opens={open !== undefined || undefined}
                  data-continues={!isNothing(under) || undefined}
                  onClick={open && unlessControl(() => open(row))}
                >
                  {shown.map((column) => (
                    <Table.Td
                      key={column.title}
                      role="cell"
                      className={column.isNumber === true ? (classes['number'] ?? '') : ''}
                      data-label={column.title}
                      data-place={column === lead ? 'lead' : column.place}
                      data-empty={isNothing(cells[index]?.get(column)) || undefined}
                    >
                      {cells[index]?.get(column)}
                    </Table.Td>
                  ))}
                </Table.Tr>
                {!isNothing(under) && (
                  <Table.Tr role="row">
                    <Table.Td role="cell" colSpan={shown.length} pt={0} data-place="lead">
                      {under}
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            )
          })}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Heading<T>({ column: { title, about, isNumber, place } }: { readonly column: Column<T> }) {
  return (
    <Table.Th
      role="columnheader"
      className={isNumber === true ? (classes['number'] ?? '') : ''}
      {...(place === 'tools' && { 'aria-label': title })}
    >
      {place !== 'tools' &&
        (about === undefined ? (
          title
        ) : (
          <Tooltip label={about}>
            <Text span inherit className={classes['explained'] ?? ''} tabIndex={0}>
              {title}
            </Text>
          </Tooltip>
        ))}
    </Table.Th>
  )
}

const unlessControl = (act: () => void) => (event: MouseEvent) => {
  if ((event.target as HTMLElement).closest('a,button,[role=menuitem]') === null) act()
}
