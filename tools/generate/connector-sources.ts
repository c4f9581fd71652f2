import type {
  ActionPlan,
  CheckPlan,
  Connector,
  DetectionPlan,
  StreamPlan,
} from '../../src/model/connector.ts'
import { cell, link, list, section } from './markdown.ts'

/** `https://… (2026-11-20)`, as `docs` is written. */
const CITED = /^(?<url>https:\/\/\S+)(?: \((?<day>\d{4}-\d{2}-\d{2})\))?$/

/** A text that leads to the page it was written from, where there is one. */
export function linked(text: string, docs: string | undefined, after = ''): string {
  const url = docs === undefined ? undefined : CITED.exec(docs)?.groups?.['url']
  const shown = url === undefined ? cell(text) : link(text, url)
  return after === '' ? shown : `${shown} ${after}`
}

/** Every page that a fact was taken from, newest reading first. */
export function sourcesSection({ streams, checks, actions, detections }: Connector): string | undefined {
  const cited = [
    ...Object.values<StreamPlan>(streams).map(({ docs }) => docs),
    ...Object.values<CheckPlan>(checks ?? {}).flatMap(({ docs = [] }) => docs),
    ...Object.values<ActionPlan>(actions ?? {}).map(({ docs }) => docs),
    ...Object.values<DetectionPlan>(detections ?? {}).flatMap(({ docs = [] }) => docs),
  ].filter((docs) => docs !== undefined)
  const days = Map.groupBy(new Set(cited), (docs) => CITED.exec(docs)?.groups?.['day'] ?? 'day not noted')
  const parts = [...days]
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .map(([day, pages]) => `Read ${day}:\n\n${list(pages.toSorted().map(pageOf))}`)
  return section('Sources', ...parts)
}

function pageOf(docs: string): string {
  const url = CITED.exec(docs)?.groups?.['url']
  if (url === undefined) return cell(docs)
  const [last = url] = url
    .split(/[#/]/)
    .filter((part) => part !== '')
    .slice(-1)
  return link(last, url)
}
