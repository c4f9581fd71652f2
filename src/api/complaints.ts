import { Fault } from '../lib/fault.ts'

/** Something wrong with a request, and where: `body.settings.workspace`. */
export type Complaint = { path: string; message: string }

/** Everything that is wrong with a request, found by a service rather than by its shape. */
export class InputFault extends Fault {
  readonly complaints: Complaint[]

  constructor(complaints: readonly Complaint[]) {
    const [first] = complaints
    super(
      'INPUT_INVALID',
      first === undefined ? 'the request is not valid' : `${first.path} ${first.message}`,
    )
    this.complaints = [...complaints]
  }
}
