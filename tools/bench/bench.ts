import { mkdir, writeFile } from 'node:fs/promises'

/** One figure beside its limit, both measured in the same run. `ratio` is value / limit, or limit / value where less is better. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit: number
  readonly limitWhat: string
  readonly ratio: number
}
type Bench = { readonly name: string; readonly run: () => Promise<readonly Figure[]> }

const BENCHES: readonly (() => Promise<Bench>)[] = [
  () => import('./expression.ts'),
  () => import('./map.ts'),
  () => import('./collect.ts'),
  () => import('./start-up.ts'),
  () => import('./memory.ts'),
  () => import('./ingest.ts'),
  () => import('./search.ts'),
  () => import('./platform.ts'),
  () => import('./schedule.ts'),
]

const wanted = process.argv.slice(2)
const benches = await Promise.all(BENCHES.map((load) => load()))
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name))
if (unknown.length > 0) {
  console.error(
    `no bench named ${unknown.join(', ')}; there are ${benches.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}

const figures: Figure[] = []
for (const bench of benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.error(`${bench.name} …`)
  for (const figure of await bench.run()) {
    figures.push(figure)
    console.log(renderFigure(figure))
  }
}
await mkdir('bench', { recursive: true })
await writeFile('bench/results.json', `${JSON.stringify(figures, null, 2)}\n`)

function renderFigure({ name, value, unit, limit, limitWhat, ratio }: Figure): string {
  const number = (amount: number) =>
    amount >= 100 ? Math.round(amount).toLocaleString('en') : amount.toPrecision(3)
  return `${name.padEnd(34)} ${number(value).padStart(12)} ${unit.padEnd(10)} limit ${number(limit).padStart(12)} (${limitWhat})  ratio ${ratio.toPrecision(3)}`
}
