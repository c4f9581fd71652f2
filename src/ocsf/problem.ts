/** Something wrong with an event. Codes are those of the official validation server, where it has one. */
export type OcsfProblem = {
  readonly code: string
  /** Where, as in `observables[].name`; empty for the event as a whole. */
  readonly path: string
  readonly message: string
  readonly level: 'error' | 'warning'
}

/** Collects problems while an event is walked; the path is only written out when there is one to report. */
export type Report = {
  readonly problems: OcsfProblem[]
  readonly trail: (string | number)[]
}

type Complaint = {
  readonly code: string
  readonly message: string
  /** The attribute concerned, below the trail. */
  readonly at?: string
  readonly level?: OcsfProblem['level']
}

export function complain(report: Report, { code, message, at, level = 'error' }: Complaint): void {
  let path = ''
  for (const step of at === undefined ? report.trail : [...report.trail, at])
    path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`
  report.problems.push({ code, path, message, level })
}
