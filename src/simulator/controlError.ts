/** What a control request did wrong. */
import type { DocumentIssue } from './faults/issues.ts';
import { issueText } from './faults/issues.ts';

export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  readonly issues: readonly DocumentIssue[];

  constructor(status: number, message: string, issues: readonly DocumentIssue[] = []) {
    super(message);
    this.status = status;
    this.issues = issues;
  }

  /** A document that is refused: all that is wrong with it. */
  static of(issues: readonly DocumentIssue[], status = 400): ControlError {
    return new ControlError(status, issues.map(issueText).join('; '), issues);
  }

  /** The JSON body of the answer. */
  get document(): unknown {
    const { message, issues } = this;
    return { error: message, ...(issues.length > 0 && { issues }) };
  }
}
